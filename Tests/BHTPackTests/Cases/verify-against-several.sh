# All operands behind --against are inputs; --subset lets them hold more; differences say what differs.
hide() { sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'; }
bhtpack convert "$CORPUS/shop" -o shop.bht -q
bhtpack verify shop.bht --against "$CORPUS"/shop/*.zst | hide
echo "exit ${PIPESTATUS[0]}"
bhtpack convert shop.bht --select errors -o errors.bht -q
bhtpack verify errors.bht --subset --against "$CORPUS"/shop/cart.otlp.pb.zst "$CORPUS"/shop/[ps]*.zst | hide
echo "exit ${PIPESTATUS[0]}"
bhtpack verify shop.bht --subset --against errors.bht | hide | tail -1
echo "exit ${PIPESTATUS[0]}"
bhtpack verify errors.bht --subset --against shop.bht --json | sed -E 's/"blocks":[0-9]+,"bytes":[0-9]+/"blocks":B,"bytes":N/; s/"stats":.*/"stats":…}/'
bhtpack verify shop.bht --subset
echo "exit $?"
span() {
  printf '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"host","value":{"stringValue":"%s"}}]},"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b1%s","name":"a","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[%s]}]}]}]}\n' "$1" "$2" "$3"
}
a='{"key":"a","value":{"intValue":"1"}}'
b='{"key":"b","value":{"intValue":"2"}}'
c='{"key":"b","value":{"intValue":"3"}}'
{ span one 01 "$a,$b"; span one 02 "$a"; span one 03 "$a,$b"; span one 04 "$a"; span one 04 "$a"; span one 05 "$a"; } > archived.jsonl
{ span one 01 "$b,$a"; span two 02 "$a"; span one 03 "$a,$c"; span one 04 "$a"; span one 05 "$a,$b"; span one 06 ""; } > source.jsonl
bhtpack convert archived.jsonl -o archived.bht -q
bhtpack verify archived.bht --against source.jsonl | hide
echo "exit ${PIPESTATUS[0]}"
