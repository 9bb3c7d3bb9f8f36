# Bytes that mean nothing to people do not go to a terminal, unless they insist.
python3 -c 'import pty' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
on() { python3 "$CASES/on_terminal.py" 200x24 -- "$@"; }
for to in bht bht1 otlp-proto; do on bhtpack convert "$CORPUS/checkout-v1.bht" -o - --to $to; done
on bhtpack generate -o - --to bht
on bhtpack convert "$CORPUS/checkout-v1.bht" -o - --to bht --force | grep -ao '^BHT2'
on bhtpack convert "$CORPUS/checkout-v1.bht" -o - --to jaeger | cut -c 1-60
bhtpack convert "$CORPUS/checkout-v1.bht" -o - --to bht -q | head -c 4
