bhtpack generate --to bht1 -o one.bht
bhtpack summary one.bht --quiet | head -3
bhtpack generate --traces 3 -o three.pb
bhtpack generate --like three.pb --times 4 -o twelve.bht --quiet
bhtpack list twelve.bht --quiet | wc -l
bhtpack generate --traces 2 --to bht1 -o two.bht 2>&1
