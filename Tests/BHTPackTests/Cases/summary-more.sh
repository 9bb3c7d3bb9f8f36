cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
bhtpack summary shop.bht --ids --operations -q
bhtpack summary shop.bht 80318fe6 --ids --operations -q --json | sed 's|,"stats":.*||'
bhtpack trace shop.bht "$(bhtpack summary shop.bht --ids --json | grep -o 'trace_id":"[0-9a-f]*' | head -n 1 | cut -c 12-)" -q | wc -l
bhtpack summary shop.bht --ids --totals
