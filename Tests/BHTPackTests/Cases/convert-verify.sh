# Made of v1, of protobuf and of itself, plain, framed and through a pipe: always the same spans.
bhtpack convert "$CORPUS/checkout-v1.bht" -o checkout.bht -q
bhtpack convert checkout.bht -o checkout.pb -q
bhtpack convert checkout.bht -o framed.pb --framed -q
bhtpack convert framed.pb -o again.bht -q
bhtpack convert checkout.bht --to bht1 -o back.bht -q
cmp back.bht "$CORPUS/checkout-v1.bht" && echo the same v1 file
for file in checkout.bht again.bht back.bht; do
  bhtpack verify "$file" --against "$([ $file = again.bht ] && echo checkout.pb || echo back.bht)" |
    sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
done
