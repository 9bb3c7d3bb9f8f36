cd "$CORPUS"
bhtpack full checkout-v1.bht > /dev/full
