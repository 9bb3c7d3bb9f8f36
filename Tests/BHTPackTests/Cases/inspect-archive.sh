bhtpack convert "$CORPUS/checkout-v1.bht" -o checkout.bht -q
# The figures change with the encoder; what is shown does not.
bhtpack inspect checkout.bht -q | grep -E '^[A-Z]|^[a-z]' | sed -E 's/ +[0-9].*//; s/^[0-9].*//' | sort | head -16
bhtpack inspect checkout.bht --json | python3 -c 'import json, sys; print(sorted(json.load(sys.stdin)["result"]))'
bhtpack inspect "$CORPUS/checkout-v1.bht" -q
# Which values are indexed.
bhtpack convert "$CORPUS/shop/cart.otlp.pb.zst" -o cart.bht --index http.target,db.statement -q
bhtpack inspect cart.bht -q | grep -A 9 '^INDEXED' | sed -E 's/ +[0-9,]+$/ …/'
bhtpack inspect cart.bht --json | python3 -c 'import json, sys; print([(key["name"], key["kind"], key["entries"] > 0) for key in json.load(sys.stdin)["result"]["indexed_keys"]])'
