cd "$CORPUS"
. "$CASES/mask.bash"
bhtpack list checkout-v1.bht --quiet
bhtpack subtree checkout-v1.bht s0130 -q | wc -l
