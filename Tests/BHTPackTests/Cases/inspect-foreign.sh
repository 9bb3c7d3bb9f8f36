# Files of other formats: what they are, and what is in them.
for file in cart payment; do bhtpack inspect "$CORPUS/shop/$file.otlp.pb.zst"; done
bhtpack inspect - --json < "$CORPUS/shop/cart.otlp.pb.zst"
bhtpack convert "$CORPUS/checkout-v1.bht" -o plain.pb -q
gzip -nc plain.pb > plain.pb.gz
bhtpack inspect plain.pb.gz | sed -E 's/^[0-9,]+ bytes/… bytes/'
bhtpack convert "$CORPUS/checkout-v1.bht" -o spans.jaeger.json -q 2> /dev/null
bhtpack inspect spans.jaeger.json | head -1
gzip -nc < "$CORPUS/checkout-v1.bht" > v1.bht.gz
bhtpack inspect v1.bht.gz
echo "exit $?"
printf 'no traces' > text
bhtpack inspect text
echo "exit $?"
: > empty
bhtpack inspect empty
echo "exit $?"
