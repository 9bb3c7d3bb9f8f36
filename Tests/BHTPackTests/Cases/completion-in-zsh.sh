# Completion in a real zsh, on a terminal.
command -v zsh > /dev/null || { echo "there is no zsh" >&2; exit 77; }
python3 -c 'import pty' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
source "$CASES/complete-lines.inc"
python3 "$CASES/complete_in.py" zsh "${lines[@]}"
