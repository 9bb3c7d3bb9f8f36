cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack trace checkout-v1.bht nothing
