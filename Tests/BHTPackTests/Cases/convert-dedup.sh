# The same spans twice, as a retry sends them.
message() {
  printf '%s\n' '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"manual"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b101","parentSpanId":"","name":"GET /cart","kind":2,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000005000000"},{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b102","parentSpanId":"eee19b7ec3c1b101","name":"SELECT","kind":3,"startTimeUnixNano":"1700000000001000000","endTimeUnixNano":"1700000000003000000"}]}]}]}'
}
{ message; message; } > twice.jsonl
message > once.jsonl
said() { "$@" 2>&1 | sed -E 's/: [0-9,]+ bytes.*/: … bytes/'; echo "exit ${PIPESTATUS[0]}"; }
said bhtpack convert twice.jsonl -o kept.bht
bhtpack summary kept.bht --totals -q
said bhtpack convert twice.jsonl -o dropped.bht --dedup
bhtpack summary dropped.bht --totals -q
bhtpack list dropped.bht -q
bhtpack convert once.jsonl -o once.bht -q
cmp dropped.bht once.bht && echo the same archive
said bhtpack convert kept.bht -o dropped.jaeger.json --dedup
said bhtpack verify dropped.bht --against twice.jsonl | sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
