cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
count() { bhtpack list shop.bht "$@" --format jsonl -q | wc -l; }
count --service cart
count --service payment
count --service cart --service payment
count --operation GET --operation 'GET /quote'
count --errors
count --errors-of cart
count --errors-of payment --errors-of shipping
count --errors-of payment --service cart
bhtpack list shop.bht --limit 3 --limit 4
bhtpack list shop.bht -n 3 --since 1h --limit=3
bhtpack trace shop.bht 80318fe6 --format jsonl --format otlp
bhtpack convert shop.bht -o a.bht --output b.bht
bhtpack summary shop.bht -t 1 --trace 2
bhtpack list shop.bht --errors --errors --limit 1 -q | wc -l
bhtpack list shop.bht --limit 2 --json --format csv
