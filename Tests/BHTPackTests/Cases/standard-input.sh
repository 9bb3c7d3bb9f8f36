cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack summary - < checkout-v1.bht | tail -6
cat checkout-v1.bht | mask bhtpack list -
