# Bad archives as inputs: one sentence, exit code 2, no output.
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
try() {
  bhtpack convert "$1" -o out.bht 2>&1 | sed -E 's/offset [0-9]{3,}/offset N/; s/[0-9]{4,}/N/g'
  echo "exit ${PIPESTATUS[0]}"
  ls -A | grep out
}
head -c 20000 sound.bht > cut.bht
try cut.bht
head -c 100 sound.bht > short.bht
try short.bht
printf 'BHT1\xff\xff\xff\xff{}' > lying.bht
try lying.bht
head -c 200000 "$CORPUS/checkout-v1.bht" > cut-v1.bht
try cut-v1.bht
for vector in header-not-utf8 tree-length-lies version-9 magic-only; do
  try "$CASES/../../Vectors/v1/$vector.bht" 2>&1 | sed -E 's,[^ ]*/v1/,,'
done
cp sound.bht flipped.bht
printf '\xff\xff\xff\xff' | dd of=flipped.bht bs=1 seek=5000 conv=notrunc status=none
try flipped.bht
