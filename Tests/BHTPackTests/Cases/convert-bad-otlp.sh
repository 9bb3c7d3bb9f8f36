# Each sort of bad input: one sentence, exit code 2, no output, and the input as it was.
bhtpack convert "$CORPUS/checkout-v1.bht" -o whole.pb -q
bhtpack convert "$CORPUS/checkout-v1.bht" -o framed.pb --framed -q
try() {
  local before after
  before=$(cksum "$1" 2> /dev/null)
  bhtpack convert "$@" -o out.bht
  echo "exit $?"
  after=$(cksum "$1" 2> /dev/null)
  [ "$before" = "$after" ] || echo "$1 was changed"
  ls -A | grep -vxE "whole.pb|framed.pb|bad.*" || true
}
: > bad-empty.pb
try bad-empty.pb
try bad-missing.pb
mkdir bad-folder
try bad-folder
head -c 1000 whole.pb > bad-cut.pb
try bad-cut.pb
head -c 3 framed.pb > bad-cut-length.pb
try bad-cut-length.pb
head -c 5000 framed.pb > bad-cut-record.pb
try bad-cut-record.pb --strict
printf 'these are no traces\n' > bad-magic.pb
try bad-magic.pb
printf '\x00\x01\x02\xff\xfe\xfd\xfc\xfb' > bad-binary.pb
try bad-binary.pb
{ printf '\x7f\xff\xff\xf0'; tail -c +5 framed.pb; } > bad-length.pb
try bad-length.pb --strict
gzip -c whole.pb | head -c 60 > bad-cut.pb.gz
try bad-cut.pb.gz
gzip -c whole.pb > bad-flip.pb.gz
printf '\xff\xff\xff\xff' | dd of=bad-flip.pb.gz bs=1 seek=2000 conv=notrunc status=none
try bad-flip.pb.gz --strict 2>&1 | sed -E 's/offset [0-9]+/offset N/; s/decompressed: [^;]*/decompressed: …/'
cp whole.pb bad-layers.pb
for _ in 1 2 3 4 5; do gzip -nc bad-layers.pb > bad-layer && mv bad-layer bad-layers.pb; done
try bad-layers.pb
