# Completion in a real bash, on a terminal.
command -v bash > /dev/null || { echo "there is no bash" >&2; exit 77; }
python3 -c 'import pty' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
source "$CASES/complete-lines.inc"
python3 "$CASES/complete_in.py" bash "${lines[@]}"
