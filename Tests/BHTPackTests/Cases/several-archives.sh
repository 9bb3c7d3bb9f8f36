cp -r "$CORPUS" corpus
mkdir day
bhtpack convert corpus/shop/cart.otlp.pb.zst corpus/shop/payment.otlp.pb.zst -o day/01.bht -q
bhtpack convert corpus/shop/shipping.otlp.pb.zst -o day/02.bht -q
bhtpack convert corpus/checkout-v1.bht -o day/03.bht -q
echo notes > day/notes.txt
bhtpack summary day --totals -q
bhtpack summary 'day/0[12].bht' --totals -q
bhtpack summary day -q 80318fe6317c00bad75ec5a2628a4259 | head -n 8
bhtpack list day --sort duration --limit 2 -q
bhtpack service day shipping -q | wc -l
head -c 1000 day/02.bht > day/04.bht
bhtpack list day --limit 1 -q; echo "exit $?"
bhtpack list nothing/ 'day/9*.bht' -q; echo "exit $?"
