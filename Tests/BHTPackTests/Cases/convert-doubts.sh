# What is doubtful is named with its count and what to do; on request it is mended.
public="$CASES/../../Cases"
said() { "$@" 2>&1 | sed -E "s/: [0-9,]+ bytes.*/: … bytes/; s|$public/||"; }
for input in 11-hex-ids-read-as-base64/input.pb 56-zero-trace-ids/input.json; do
  said bhtpack convert "$public/$input" -o kept.bht -f
  said bhtpack convert "$public/$input" -o mended.bht -f --repair-ids
  bhtpack verify mended.bht --against "$public/$input" --repair-ids | sed -E 's/, [0-9]+ blocks?.*//'
  bhtpack convert kept.bht -o again.pb -q --repair-ids
  bhtpack convert mended.bht -o mended.pb -q
  bhtpack convert again.pb -o again.bht -q
  bhtpack verify again.bht --against mended.pb | sed -E 's/, [0-9]+ blocks?.*//'
done
said bhtpack convert "$public/06-zipkin-millisecond-times/input.json" -o kept.bht -f
said bhtpack convert "$public/06-zipkin-millisecond-times/input.json" -o scaled.bht --time-unit ms
bhtpack list scaled.bht | sed -E 's/^read .*//'
said bhtpack convert "$public/57-root-start-in-milliseconds/input.json" -o kept.bht -f
said bhtpack convert kept.bht -o no.bht --time-unit ms
said bhtpack convert kept.bht -o no.bht --time-unit minutes
bhtpack inspect "$public/06-zipkin-millisecond-times/input.json"
