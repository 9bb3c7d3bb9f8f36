bhtpack convert "$CORPUS/checkout-v1.bht" -o checkout.bht -q
# The figures change with the encoder; what is shown does not.
bhtpack inspect checkout.bht -q | grep -E '^[A-Z]|^[a-z]' | sed -E 's/ +[0-9].*//; s/^[0-9].*//' | sort | head -12
bhtpack inspect checkout.bht --json | python3 -c 'import json, sys; print(sorted(json.load(sys.stdin)["result"]))'
bhtpack inspect "$CORPUS/checkout-v1.bht" -q
