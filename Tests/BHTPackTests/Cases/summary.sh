cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack summary checkout-v1.bht
