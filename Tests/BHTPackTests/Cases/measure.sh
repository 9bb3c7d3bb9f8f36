bhtpack measure "$CORPUS/checkout-v1.bht" --no-solid --threads 1 -o page.md --quiet
ls
grep -c '^|' page.md
grep '^| summary .*v1' page.md | cut -d'|' -f 2-7
bhtpack measure "$CORPUS/checkout-v1.bht" -o page.md
