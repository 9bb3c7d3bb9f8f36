# Bytes that changed: found, named by their place, and nothing else is taken for damaged.
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
size=$(stat -c %s sound.bht)
damage() {
  cp sound.bht "$1.bht"
  printf '\xa5\x5a\xa5' | dd of="$1.bht" bs=1 seek="$2" conv=notrunc status=none
  bhtpack verify "$1.bht" --against sound.bht 2>&1 |
    sed -E 's/offset [0-9]{3,}/offset N/; s/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
  echo "exit ${PIPESTATUS[0]}"
}
damage header 20
damage magic 0
damage segment-header 70
damage block 5000
damage footer $((size - 40))
damage footer-magic $((size - 3))
# Where the directory starts is the first of the footer's numbers.
damage directory $(($(od -An -t u8 -j $((size - 96)) -N 8 sound.bht) + 5))
