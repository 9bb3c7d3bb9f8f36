cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack search shop.bht '{ statsu = error }'
mask bhtpack search shop.bht '{ duration > "a" }'
mask bhtpack search shop.bht '{ name =~ "(" }'
mask bhtpack search shop.bht '{ span.http.statuscode = 500 }' | grep -v read
mask bhtpack search shop.bht '{ } | rate()'
mask bhtpack metrics shop.bht '{ }'
mask bhtpack search shop.bht '{ }' --format tempo --json
