cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack topology shop.bht
mask bhtpack topology shop.bht --query '{ status = error }' --graph mermaid -q
mask bhtpack topology shop.bht --graph dot -q | head -4
mask bhtpack flame shop.bht -q | head -4
mask bhtpack flame shop.bht --query '{ resource.service.name = "payment" }' --svg -q | grep -c '<rect'
mask bhtpack keys shop.bht --limit 5
mask bhtpack values shop.bht http.status_code -q
mask bhtpack values shop.bht span.http.status_code --count -q
mask bhtpack values shop.bht nothing
