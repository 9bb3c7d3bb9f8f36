# The same spans twice, as a retry sends them.
cp "$CASES/../../Cases/28-retry-duplicates/input.jsonl" twice.jsonl
head -n 1 twice.jsonl > once.jsonl
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
