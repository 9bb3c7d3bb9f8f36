# Wherever it is cut, an archive says that it is incomplete.
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
size=$(stat -c %s sound.bht)
for keep in 70 160 6400 20000 $((size - 96)) $((size - 1)); do
  head -c $keep sound.bht > cut.bht
  bhtpack verify cut.bht 2>&1 | sed -E 's/offset [0-9]+/offset N/; s/has [0-9]+;/has N;/'
  echo "exit ${PIPESTATUS[0]}"
done
