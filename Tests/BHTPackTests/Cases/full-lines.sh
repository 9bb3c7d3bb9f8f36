cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack full checkout-v1.bht | wc -l
