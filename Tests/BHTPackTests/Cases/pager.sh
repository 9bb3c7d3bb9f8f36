# On a terminal an answer goes through a pager, and the figures come when that has ended.
python3 -c 'import pty' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
export TERM=xterm
unset LESS PAGER BHTPACK_PAGER
bhtpack convert "$CORPUS/shop" -o shop.bht -q
bhtpack convert "$CORPUS/checkout-v1.bht" -o checkout.bht -q
on() { # TITLE STEPS... -- COMMAND...
  echo "# $1"; shift
  python3 "$CASES/on_terminal.py" 100x24 "$@" 2>&1 | sed -E 's/; [0-9.]+ .s$/; TIME/'
}
P='sed s/^/=/'
on 'a pager of the user' -- env PAGER="$P" bhtpack list shop.bht --limit 1 --color never
on 'its own variable first' -- env PAGER=false BHTPACK_PAGER="$P" bhtpack list shop.bht -q --limit 1 --color never
for none in '' cat no-such-pager; do
  on "none: '$none'" -- env PAGER="$none" bhtpack list shop.bht -q --limit 1 --color never
done
on 'refused' -- env PAGER="$P" bhtpack list shop.bht -q --limit 1 --no-pager --color never
on 'a simple terminal' -- env TERM=dumb PAGER="$P" bhtpack list shop.bht -q --limit 1
on 'quit early' -- env PAGER='head -n 1 | cut -c 1-40' bhtpack full shop.bht
on 'the exit code stays' -- env PAGER="$P" bhtpack list shop.bht checkout.bht missing.bht --limit 1 --color never
on 'a negative answer has no page' -- env PAGER="$P" bhtpack list shop.bht --service none -q
on 'an error' -- env PAGER="$P" bhtpack trace shop.bht
on 'what is no reading' -- env PAGER="$P" bhtpack verify shop.bht
if command -v less > /dev/null; then
  on 'less ends by itself' -- bhtpack list shop.bht --limit 1 --color never -q | sed -E 's/\^\[[^a-zA-Z]*[a-zA-Z=>]//g; s/ \^H//; /^$/d'
  on 'or with q' --wait : --type q -- bhtpack list shop.bht --color never | tail -n 2 | grep -o 'read.*bytes.*\|exit.*'
  on 'an interrupt leaves less the terminal' --wait : --signal INT --type q -- bhtpack list shop.bht --color never | tail -n 1
fi
PAGER="$P" bhtpack list shop.bht -q --limit 1
