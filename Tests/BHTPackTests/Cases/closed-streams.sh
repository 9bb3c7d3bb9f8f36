cd "$CORPUS"
bhtpack list checkout-v1.bht >&-
echo "exit $?"
bhtpack list checkout-v1.bht -q 2>&-
echo "exit $?"
bhtpack list no-such-file.bht 2>&-
echo "exit $?"
bhtpack convert - --to bht -o - <&-
echo "exit $?"
