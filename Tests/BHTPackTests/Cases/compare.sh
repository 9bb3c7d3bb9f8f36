cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
bhtpack convert corpus/shop --select since=2026-11-21T01:45:00Z -o late.bht -q
bhtpack convert corpus/shop/cart.otlp.pb.zst -o cart.bht -q
bhtpack convert corpus/shop/payment.otlp.pb.zst -o payment.bht -q
mask bhtpack compare shop.bht late.bht
bhtpack compare cart.bht payment.bht -q --limit 3
bhtpack compare cart.bht payment.bht --with shop.bht -q --limit 3 --width 60
bhtpack compare shop.bht late.bht --json --limit 1 | sed 's|,"stats":.*||'
bhtpack compare shop.bht late.bht -q --format csv | head -n 2
bhtpack compare shop.bht; echo "exit $?"
bhtpack compare shop.bht late.bht cart.bht; echo "exit $?"
