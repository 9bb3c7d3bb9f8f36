# What is doubtful is named with its count and what to do; on request it is mended.
public="$CASES/../../Cases"
cp "$public/11-hex-ids-read-as-base64/input.pb" hex.pb
cp "$public/56-zero-trace-ids/input.json" zeros.json
cp "$public/06-zipkin-millisecond-times/input.json" milliseconds.json
cp "$public/57-root-start-in-milliseconds/input.json" mixed.json
said() { "$@" 2>&1 | sed -E "s/: [0-9,]+ bytes.*/: … bytes/; s/, [0-9]+ blocks?.*//; s/^read .*//"; }
for input in hex.pb zeros.json; do
  said bhtpack convert $input -o kept.bht -f
  said bhtpack convert $input -o mended.bht -f --repair-ids
  said bhtpack verify mended.bht --against $input --repair-ids
  # An archive's ids are mended to the same.
  said bhtpack convert kept.bht -o again.bht -f --repair-ids
  said bhtpack verify again.bht --against mended.bht
done
said bhtpack convert milliseconds.json -o kept.bht -f
said bhtpack convert milliseconds.json -o scaled.bht --time-unit ms
said bhtpack list scaled.bht
said bhtpack convert mixed.json -o kept.bht -f
said bhtpack convert kept.bht -o no.bht --time-unit ms
said bhtpack convert kept.bht -o no.bht --time-unit minutes
bhtpack inspect milliseconds.json
