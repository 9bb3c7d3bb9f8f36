# Files of version 1 are decoded whole and written again.
bhtpack verify "$CORPUS/checkout-v1.bht" | sed "s,$CORPUS/,,"
head -c 200000 "$CORPUS/checkout-v1.bht" > cut.bht
bhtpack verify cut.bht | tail -2
echo "exit ${PIPESTATUS[0]}"
cp "$CORPUS/checkout-v1.bht" flipped.bht
printf '\x01' | dd of=flipped.bht bs=1 seek=60000 conv=notrunc status=none
printf '\x01' | dd of=flipped.bht bs=1 seek=90000 conv=notrunc status=none
bhtpack verify flipped.bht
echo "exit $?"
printf '\x01' | dd of=flipped.bht bs=1 seek=200 conv=notrunc status=none
bhtpack verify flipped.bht
echo "exit $?"
