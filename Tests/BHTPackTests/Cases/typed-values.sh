# -o=x is read as it is meant.
bhtpack convert "$CORPUS/checkout-v1.bht" -o=out.bht
bhtpack convert "$CORPUS/checkout-v1.bht" --output=out2.bht
bhtpack list out.bht -n=1 -q | wc -l
bhtpack list out.bht -qn=0
bhtpack convert "$CORPUS/checkout-v1.bht" -o=
ls
