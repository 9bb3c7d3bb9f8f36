cp -r "$CORPUS" corpus
. "$CASES/mask.bash"
bhtpack convert corpus/shop -o shop.bht -q
mask bhtpack metrics shop.bht '{ } | rate() by (resource.service.name)' --step 5s
mask bhtpack metrics shop.bht '{ status = error } | count_over_time() by (name)' --instant
mask bhtpack metrics shop.bht '{ } | quantile_over_time(duration, .5, .99)' --step 10s --format csv
mask bhtpack metrics shop.bht '{ kind = server } | histogram_over_time(duration)' --instant --json | sed 's/"stats".*//'
mask bhtpack metrics shop.bht '({ status = error } | rate()) / ({ } | rate())' --instant --format prometheus
