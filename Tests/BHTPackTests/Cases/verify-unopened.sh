# What cannot be opened is exit code 2; the other archives are checked all the same.
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
: > empty.bht
printf 'no archive' > text.bht
mkdir folder
bhtpack verify empty.bht text.bht folder missing.bht sound.bht |
  sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
echo "exit ${PIPESTATUS[0]}"
bhtpack verify text.bht --json | sed 's/"stats":.*/"stats":…}/'
