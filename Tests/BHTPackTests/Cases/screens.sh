# What is printed for eyes, on terminals of 60, 80 and 140 columns, with and without colours.
cp -r "$CORPUS" corpus
bhtpack convert corpus/shop -o shop.bht -q
cat > wide.json <<'JSON'
{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"発送サービス"}}]},"scopeSpans":[{"spans":[
{"traceId":"11111111111111111111111111111111","spanId":"1111111111111111","name":"見積もり 👩‍👩‍👧 を取得して返す長い名前の操作","startTimeUnixNano":"1795225500000000000","endTimeUnixNano":"1795225500080000000","status":{"code":2,"message":"支払い 42 が失敗しました: é"}},
{"traceId":"11111111111111111111111111111111","spanId":"2222222222222222","parentSpanId":"1111111111111111","name":"e\u0301tape \u001b[31m rouge","startTimeUnixNano":"1795225500010000000","endTimeUnixNano":"1795225500060000000"}]}]}]}
JSON
bhtpack convert wide.json -o wide.bht -q
for width in 60 80 140; do
  echo "== $width"
  bhtpack list shop.bht --sort duration --limit 2 -q --width $width
  bhtpack list wide.bht -q --width $width
  bhtpack summary shop.bht -q --width $width | head -n 7
  bhtpack summary wide.bht --ids --operations -q --width $width
  bhtpack critical-path shop.bht 80318fe6 -q --width $width | head -n 9
  bhtpack critical-path wide.bht -q --width $width | head -n 5
  bhtpack errors shop.bht -q --width $width
  bhtpack errors wide.bht -q --width $width
  bhtpack compare shop.bht wide.bht -q --limit 3 --width $width
  bhtpack compare shop.bht 80318fe6 2fea2564 -q --width $width
  bhtpack trace wide.bht 11111111 -q --format waterfall --attributes --width $width
done
echo "== colours"
export NO_COLOR=1
bhtpack list shop.bht --errors --limit 2 -q --width 80 --color auto
unset NO_COLOR
bhtpack list shop.bht --errors --limit 2 -q --width 80 --color always
bhtpack summary shop.bht -q --width 80 --color always | head -n 7
bhtpack errors wide.bht -q --width 80 --color always
bhtpack compare shop.bht 80318fe6 2fea2564 -q --width 80 --color always
