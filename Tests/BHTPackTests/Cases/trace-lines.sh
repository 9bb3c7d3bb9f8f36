cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack trace checkout-v1.bht checkout-7f3a91 | cmp - <(bhtpack full checkout-v1.bht -q)
