cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack compare shop.bht 80318fe6 shop.bht 2fea2564
bhtpack compare shop.bht 80318fe6 4b45e453 -q --width 60
bhtpack compare shop.bht 80318fe6 4b45e453 --json | sed 's|,"stats":.*||' | grep -o '{"row":[0-2],.*' | sed 's|,{"row":3,.*||'
bhtpack compare shop.bht 80318fe6 ffffffff -q; echo "exit $?"
bhtpack compare shop.bht 80318fe6 4b45e453 --limit 3
