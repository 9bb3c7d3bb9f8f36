bhtpack generate --traces 3 -o three.pb -q
like="bhtpack generate --like three.pb --times 4 --spread 50h --start 2026-01-02T03:00:00Z"
$like --fresh request.id,http.status_code -o one.pb
bhtpack convert one.pb -o one.bht -q
# Twelve traces at moments of 50 hours; durations and the rest stay.
bhtpack list one.bht -q
# The same for the same seed, others for another; a pipe says the same as a file.
$like --fresh request.id --fresh http.status_code --to otlp-proto -o - -q | cmp - one.pb && echo the same
$like --fresh request.id,http.status_code --seed 2 -o two.pb -q
cmp -s one.pb two.pb || echo another seed makes others
bhtpack generate --like - --times 2 --to otlp-proto -o - -q < three.pb |
  bhtpack convert - --to bht -o - -q | bhtpack list - -q | wc -l
# New values are as many in each copy as before, of their form, and those of other keys stay.
bhtpack convert three.pb -o three.bht -q
values() { bhtpack full "$1" -q --otlp | grep -oE "\"$2\",\"value\":\{[^}]*\}" | sort -u; }
values three.bht request.id | wc -l
values one.bht request.id | grep -cE '"req_[0-9a-f]{16}"'
values three.bht user.id > before
values one.bht user.id | cmp - before && echo users stay
# Copies in a row where there is no spread.
bhtpack generate --like three.pb --times 2 --start 2026-01-02T03:00:00Z -o row.bht
bhtpack list row.bht -q | awk '{ print $2 }'
