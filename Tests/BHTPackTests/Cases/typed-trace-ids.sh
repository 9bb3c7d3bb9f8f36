cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
for id in 80318FE6317C00BAD75EC5A2628A4259 0x80318fe6317c00bad75ec5a2628a4259 \
  80318fe6-317c-00ba-d75e-c5a2628a4259 ' 80318fe6317c00bad75ec5a2628a4259' 80318fe6317 8031; do
  bhtpack summary shop.bht "$id" -q | head -n 1
done
for i in 1 2; do
  printf '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abcd000000000000000000000000000%s","spanId":"000000000000000%s","name":"a"}]}]}]}\n' $i $i
done > two.jsonl
bhtpack convert two.jsonl -o two.bht -q
bhtpack summary two.bht abcd -q; echo "exit $?"
bhtpack summary shop.bht 000 -q; echo "exit $?"
bhtpack summary shop.bht ffffffffff -q; echo "exit $?"
