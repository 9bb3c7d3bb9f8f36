# A line of progress never wraps, and nothing of it is left: not by an interrupt, not by an error.
python3 -c 'import pty' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
export TERM=xterm
bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" -o spans.pb -q
tail -c +200001 spans.pb > rest
head -c 300 /dev/urandom > noise
mkfifo input
feed() { { head -c 200000 spans.pb; sleep 0.7; cat "$1"; } > input; }
on() { python3 "$CASES/on_terminal.py" 24x24 --screen yes --wait 'KiB, ' "$@"; }
feed rest & on -- bhtpack convert input -o out.bht; wait
feed rest & on --signal INT -- bhtpack convert input -o cut.bht; wait
feed noise & on -- bhtpack convert input -o noise.bht --strict | sed 's/offset [0-9]*.*/offset N/'; wait
ls
# What `measure` says meanwhile goes away, too.
python3 "$CASES/on_terminal.py" 60x24 --screen yes --wait 'cloud-trace-v1: ' -- \
  bhtpack measure "$CORPUS/formats/cloud-trace-v1.json" --no-solid -o measured.md
