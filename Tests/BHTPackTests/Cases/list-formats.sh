cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
bhtpack list shop.bht --sort duration --limit 3 2>&1 | sed -E 's/decoded; .*$/decoded; TIME/'
bhtpack list shop.bht --sort duration --limit 3 -q --format csv
bhtpack list shop.bht --sort duration --limit 3 -q --format jsonl
bhtpack list shop.bht --sort duration --limit 3 -q --format table --width 60
bhtpack list shop.bht --limit 0 2>&1 | sed -E 's/decoded; .*$/decoded; TIME/'
