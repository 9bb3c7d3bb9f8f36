bhtpack measure "$CASES/../../Vectors/v1/readable-python.bht" --no-solid --threads 1 -o page.md --quiet
ls
grep -c '^|' page.md
grep '^| summary .*v1' page.md | cut -d'|' -f 2-7
bhtpack measure "$CASES/../../Vectors/v1/readable-python.bht" -o page.md
