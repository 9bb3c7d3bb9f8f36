cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack service checkout-v1.bht no-such-service
