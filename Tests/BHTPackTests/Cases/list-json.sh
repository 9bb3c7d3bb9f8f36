cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack list checkout-v1.bht --service db --min-duration 500ms --json
