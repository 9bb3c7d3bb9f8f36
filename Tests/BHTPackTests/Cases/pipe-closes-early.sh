cd "$CORPUS"
bhtpack full checkout-v1.bht --quiet | head -1 | cut -c1-60
echo "${PIPESTATUS[0]}"
