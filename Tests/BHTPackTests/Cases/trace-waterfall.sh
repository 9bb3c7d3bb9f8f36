cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
id=80318fe6317c00bad75ec5a2628a4259
bhtpack trace shop.bht $id -q --format waterfall
bhtpack trace shop.bht 80318fe6 -q --format waterfall --width 60 --depth 1
bhtpack trace shop.bht $id -q --format waterfall --width 80 --color always
bhtpack trace shop.bht $id -q --format waterfall --width 140 --attributes | head -n 30
bhtpack trace shop.bht $id --depth 2
bhtpack trace shop.bht $id --format waterfall --json
bhtpack full shop.bht --format waterfall
bhtpack trace shop.bht $id -q --format jaeger | head -c 60
echo
