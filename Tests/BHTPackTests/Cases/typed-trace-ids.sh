cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
for id in 80318FE6317C00BAD75EC5A2628A4259 0x80318fe6317c00bad75ec5a2628a4259 \
  80318fe6-317c-00ba-d75e-c5a2628a4259 ' 80318fe6317c00bad75ec5a2628a4259' 80318fe6317 8031; do
  bhtpack summary shop.bht "$id" -q | head -n 1
done
bhtpack list shop.bht -q | awk 'NR > 1 { print substr($1, 1, 4) }' | sort | uniq -d > twice
bhtpack summary shop.bht "$(head -n 1 twice)" -q; echo "exit $?"
bhtpack summary shop.bht 000 -q; echo "exit $?"
bhtpack summary shop.bht ffffffffff -q; echo "exit $?"
