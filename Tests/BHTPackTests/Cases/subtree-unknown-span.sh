cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack subtree checkout-v1.bht s9999 --json
