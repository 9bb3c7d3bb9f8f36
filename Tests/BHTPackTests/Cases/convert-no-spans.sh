# An input that is read and holds no spans is said to be that; beside others it is passed over.
public="$CASES/../../Cases"
said() { "$@" 2>&1 | sed -E "s/: [0-9,]+ bytes.*/: … bytes/; s|$public/||"; echo "exit ${PIPESTATUS[0]}"; }
for input in 42-error-answer-as-file/{input,input-api-v3,input-prometheus,input-total-one}.json \
  24-mixed-signals-jsonl/input-metrics-only.jsonl; do
  said bhtpack convert "$public/$input" -o no.bht
done
printf '\012\013\022\011\022\007\012\001m:\002\012\000' > metrics.pb
said bhtpack convert metrics.pb -o no.bht
said bhtpack convert metrics.pb "$public/24-mixed-signals-jsonl/input.jsonl" -o some.bht
said bhtpack inspect "$public/42-error-answer-as-file/input.json"
said bhtpack convert "$public/41-jaeger-service-documents/input.json" -o some.bht -f
printf '{"data":[]"\n]' > loop.json
said bhtpack inspect loop.json
ls
