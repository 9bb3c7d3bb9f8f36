cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack critical-path checkout-v1.bht --root s9999 --json
