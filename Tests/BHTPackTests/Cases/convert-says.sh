# What was written, and what the format cannot hold.
. "$CASES/mask.bash"
said() { "$@" 2>&1 | sed -E 's/: [0-9,]+ bytes.*/: … bytes/'; }
said bhtpack convert "$CORPUS/checkout-v1.bht" -o checkout.bht
said bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" "$CORPUS/shop/cart.otlp.pb.zst" -o shop.pb
mkdir v1
said bhtpack convert "$CORPUS/shop" -o v1 --to bht1
ls v1 | wc -l
bhtpack convert "$CORPUS/shop" -o quiet.bht --quiet
