# Sources that hold something else.
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" -o payment.bht -q
python3 - <<'PYTHON'
data = open("$CORPUS/checkout-v1.bht".replace("$CORPUS", __import__("os").environ["CORPUS"]), "rb").read()
place = data.index(b'"attributes": {', 60000)
value = data.index(b'": "', place) + 4
open("changed.bht", "wb").write(data[:value] + b"?" + data[value + 1:])
PYTHON
hide() { sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'; }
bhtpack verify sound.bht --against changed.bht | hide
echo "exit ${PIPESTATUS[0]}"
bhtpack verify payment.bht --against "$CORPUS/shop/payment.otlp.pb.zst" --against sound.bht | hide | cut -c1-60 | tail -2
echo "exit ${PIPESTATUS[0]}"
bhtpack verify sound.bht --against changed.bht --json | sed -E 's/"blocks":[0-9]+,"bytes":[0-9]+/"blocks":B,"bytes":N/; s/"stats":.*/"stats":…}/'
echo "exit ${PIPESTATUS[0]}"
# A pipe can be read only once: the counts, but no descriptions.
cat changed.bht | bhtpack verify sound.bht --against - | hide
echo "exit ${PIPESTATUS[0]} ${PIPESTATUS[1]}"
bhtpack verify sound.bht --against missing.pb | hide
echo "exit ${PIPESTATUS[0]}"
