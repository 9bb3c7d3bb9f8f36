cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack critical-path checkout-v1.bht --method longest-child --json
