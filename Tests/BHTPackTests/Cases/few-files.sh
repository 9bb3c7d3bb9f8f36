# Where there can be no more open files, that is said.
bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" -o payment.bht -q
few() { sh -c 'ulimit -n "$0" && exec "$@"' "$@" > out.txt 2>&1; echo "exit $?"; }
few 4 bhtpack full payment.bht
cat out.txt
few 4 bhtpack convert "$CORPUS/shop" -o shop.bht
cat out.txt
# Enough for the files, and for no more threads than one.
few 7 bhtpack full payment.bht
wc -l < out.txt
bhtpack full payment.bht 2>&1 | wc -l
ls
