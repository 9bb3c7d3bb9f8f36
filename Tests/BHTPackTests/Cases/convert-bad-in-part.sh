# What can be read is converted, and what cannot is named; with --strict nothing is.
bhtpack convert "$CORPUS/checkout-v1.bht" -o whole.pb -q
head -c 100000 whole.pb > cut.pb
bhtpack convert cut.pb -o part.bht 2>&1 | sed -E 's/: [0-9,]+ bytes,.*/: … bytes/'
echo "exit ${PIPESTATUS[0]}"
bhtpack convert cut.pb -o strict.bht --strict
echo "exit $?"
: > empty.pb
bhtpack convert empty.pb whole.pb -o both.bht 2>&1 | sed -E 's/: [0-9,]+ bytes,.*/: … bytes/'
ls
bhtpack inspect cut.pb
