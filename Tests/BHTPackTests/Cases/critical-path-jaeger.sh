cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack critical-path checkout-v1.bht --method jaeger --root s0130
