[ -c /dev/full ] || { echo "there is no /dev/full" >&2; exit 77; }
for format in bht bht1 otlp-proto; do
  bhtpack convert "$CORPUS/checkout-v1.bht" --to $format -o /dev/full --force
  echo "exit $?"
done
bhtpack convert "$CORPUS/checkout-v1.bht" --to bht -o - > /dev/full
echo "exit $?"
bhtpack verify "$CORPUS/checkout-v1.bht" > /dev/full
echo "exit $?"
bhtpack inspect "$CORPUS/checkout-v1.bht" > /dev/full
echo "exit $?"
bhtpack --help > /dev/full
