cd "$CORPUS"
on_terminal() { script -qec "$1" /dev/null < /dev/null; }
command -v script > /dev/null || exit 77
escape=$(printf '\033')
bhtpack summary checkout-v1.bht -q | grep -c "$escape"
TERM=xterm on_terminal 'bhtpack summary checkout-v1.bht -q' | grep -c "$escape"
TERM=xterm NO_COLOR=1 on_terminal 'bhtpack summary checkout-v1.bht -q' | grep -c "$escape"
TERM=dumb on_terminal 'bhtpack summary checkout-v1.bht -q' | grep -c "$escape"
exit 0
