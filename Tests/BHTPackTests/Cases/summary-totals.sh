cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack summary checkout-v1.bht --totals
mask bhtpack summary checkout-v1.bht --totals --json
bhtpack summary checkout-v1.bht --totals --trace x
