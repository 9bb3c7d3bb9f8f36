cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack subtree checkout-v1.bht s0130 --trace nothing
