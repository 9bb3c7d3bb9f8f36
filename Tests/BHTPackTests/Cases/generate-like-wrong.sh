bhtpack generate --spread 50h -o out.pb
bhtpack generate --start 2026-01-02 -o out.pb
bhtpack generate --fresh order.id -o out.pb
bhtpack generate --times 3 -o out.pb
bhtpack generate --traces 3 -o three.pb -q
bhtpack generate --like three.pb --traces 3 -o out.pb
bhtpack generate --like three.pb --spread 50 -o out.pb
bhtpack generate --like three.pb --start soon -o out.pb
bhtpack generate --like three.pb --fresh order.id, -o out.pb
bhtpack generate --like three.pb --start 2550-01-02 --spread 100000h -o out.pb
bhtpack generate --like three.pb -o -
bhtpack generate --like three.pb -o out.data
bhtpack generate --like three.pb --spread 50h --to bht1 -o out
ls
