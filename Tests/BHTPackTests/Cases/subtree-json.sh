cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack subtree checkout-v1.bht s0130 --trace checkout-7f3a91 --json
