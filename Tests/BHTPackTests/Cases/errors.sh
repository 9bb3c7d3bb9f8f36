cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack errors shop.bht
bhtpack errors shop.bht --limit 2 --width 60 -q
bhtpack errors shop.bht --service payment --json | sed 's|,"stats":.*||'
bhtpack errors shop.bht --service payment --service shipping --until 2026-11-21T01:45:00Z -q --format csv
bhtpack errors shop.bht -q --format jsonl | head -n 1
bhtpack errors shop.bht --service cart -q; echo "exit $?"
bhtpack errors corpus/checkout-v1.bht -q
