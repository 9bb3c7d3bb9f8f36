cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
export TZ=Europe/Berlin
count() { bhtpack list shop.bht "$@" --format jsonl -q | wc -l; }
count
count --since 2026-11-21T02:45 --until 2026-11-21T02:46
count --since 2026-11-21T01:45Z --until 2026-11-21T01:46:00Z
TZ=America/New_York count --since 2026-11-20T20:45 --until "2026-11-20 20:46:00"
TZ=UTC count --since 1795225500 --until 1795225560000
count --since 1795225500000000 --until 1795225560000000000
count --since 2026-11-21 --until 2026-11-22
count --until yesterday --since today
bhtpack convert shop.bht -o part.bht --select since=2026-11-21T02:45 --select until=2026-11-21T02:46 -q
bhtpack list part.bht -q --format csv | wc -l
bhtpack list shop.bht --since soon
