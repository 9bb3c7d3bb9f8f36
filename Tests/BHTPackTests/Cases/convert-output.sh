# Outputs appear whole or not at all, and an existing file is kept.
bhtpack convert "$CORPUS/checkout-v1.bht" -o in.pb -q
echo old > out.bht
bhtpack convert in.pb -o out.bht
echo "exit $?"
cat out.bht
bhtpack convert in.pb -o out.bht --force -q
echo "exit $?"
bhtpack verify out.bht -q | sed -E 's/;.*//'
bhtpack convert in.pb -o nowhere/out.bht
echo "exit $?"
mkdir folder
bhtpack convert in.pb -o folder --to bht
echo "exit $?"
bhtpack convert in.pb -o traces
echo "exit $?"
bhtpack convert in.pb -o -
echo "exit $?"
bhtpack convert in.pb
echo "exit $?"
bhtpack convert "$CORPUS/shop" -o several.bht --to bht1
echo "exit $?"
bhtpack convert in.pb -o none.bht --to bht1 --select trace=00
echo "exit $?"
mkdir empty
bhtpack convert empty -o none.bht
echo "exit $?"
bhtpack convert in.pb -o x.bht --framed
echo "exit $?"
bhtpack convert in.pb --to csv -o x.csv
echo "exit $?"
ls -A
