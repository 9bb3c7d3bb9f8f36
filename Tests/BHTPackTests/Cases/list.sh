cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack list checkout-v1.bht
