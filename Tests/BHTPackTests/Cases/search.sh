cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack search shop.bht '{ resource.service.name = "payment" && status = error }' --limit 2 --width 100
mask bhtpack search shop.bht '{ status = error } >> { kind = client }' --count
mask bhtpack search shop.bht '{ span.http.status_code >= 500 } | by(resource.service.name) | count() > 0 | select(span.http.status_code)' --sort duration --limit 1 --width 80
mask bhtpack search shop.bht '!{ resource.service.name = "shipping" } && { status = error }' --limit 1 --spans 0 --json | sed 's/"stats".*//'
mask bhtpack search shop.bht '{ span.http.status_code = 503 }' --explain -q
mask bhtpack search shop.bht '{ status = error }' -o failing.bht
bhtpack verify failing.bht
mask bhtpack search shop.bht failing.bht '{ resource.service.name = "payment" && status = error }' --count
# What is damaged is named, and takes nothing from the others.
cp shop.bht bad.bht
printf '\377\377\377' | dd of=bad.bht bs=1 seek=30000 conv=notrunc 2> /dev/null
mask bhtpack search shop.bht bad.bht '{ span.http.status_code = 500 }' --count; echo "exit $?"
