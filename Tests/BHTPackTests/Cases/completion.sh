# What the scripts of the shells ask; words before a tab, what they mean behind it.
bhtpack convert "$CORPUS/shop" -o shop.bht -q
ask() { echo "? $*"; bhtpack complete -- "$@" || echo "exit $?"; }
ask s
ask help ver
ask list --s
ask list -n 3 shop.bht --sort ''
ask list --sort=s
ask trace ''
ask trace shop.bht 4b
ask service shop.bht ''
cp "$CORPUS/checkout-v1.bht" .
ask critical-path checkout-v1.bht checkout
ask list missing.bht --service ''
ask list - --service ''
ask convert x.pb --to ''
ask convert x.pb -o ''
ask convert x.pb --select ''
ask convert x.pb --time-unit ''
ask verify a --against ''
ask list -- --s
ask completion ''
ask nonsense ''
ask
bhtpack complete
bhtpack complete -- trace shop.bht '' | wc -l
mkfifo pipe
ask list pipe --service ''
