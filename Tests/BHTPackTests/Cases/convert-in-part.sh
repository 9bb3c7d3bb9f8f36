# One bad file does not stop a folder: the rest is archived, every failure is named, exit code 3.
mkdir in
printf '%s' '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b101","name":"a","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000002"}]}]}]}' > in/01.json
for number in 02 03 04 05 06 07; do
  sed "s/c1b101/c1b1$number/" in/01.json > in/$number.json
done
head -c 150 in/01.json > in/08-cut.json
printf 'BHT2 and nothing that belongs to it' > in/09-damaged.bht
printf 'a licence, say\n' > in/10-other.txt
said() { "$@" 2>&1 | sed -E 's/: [0-9,]+ bytes, .*/: … bytes/'; echo "exit ${PIPESTATUS[0]}"; }
said bhtpack convert in -o all.bht
bhtpack list all.bht -q | wc -l
echo "--quiet"
said bhtpack convert in -o quiet.bht --quiet
echo "operands by name"
said bhtpack convert in/01.json in/08-cut.json missing.json in/02.json -o named.jsonl
wc -l < named.jsonl
echo "compared with what can be read"
bhtpack verify all.bht --against in 2>&1 | sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
echo "exit ${PIPESTATUS[0]}"
echo "--strict"
said bhtpack convert in -o strict.bht --strict
echo "nothing that can be read"
said bhtpack convert in/08-cut.json in/10-other.txt -o nothing.bht
: > empty.json
printf '{"resourceSpans":[]}' > none.json
said bhtpack convert in/01.json empty.json none.json -o some.bht
said bhtpack convert none.json -o nothing.bht
ls
