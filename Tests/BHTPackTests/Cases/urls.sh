# Places that are no files are told apart from misspelled paths.
try() { bhtpack "$@"; echo "exit $?"; }
try list s3://traces/shop.bht
try trace https://example.org/shop.bht 4bf9
try convert gs://traces/spans.pb -o x.bht
try convert x.pb -o s3://traces/shop.bht
try verify a.bht --against https://example.org/a.pb
try generate --like http://example.org/a.pb -o b.pb
cp "$CORPUS/checkout-v1.bht" checkout.bht
try service checkout.bht https://shop -q
try list checkout.bht --service http://shop -q
mkdir -p 'file:/'
try list http:/example.org
