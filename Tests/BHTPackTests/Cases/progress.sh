# On a terminal a line says how far it is, and goes away; elsewhere there is none.
command -v script > /dev/null || { echo "there is no script command" >&2; exit 77; }
mkfifo input
feed() {
  local whole; whole=$(stat -c %s spans.pb)
  { head -c $((whole / 2)) spans.pb; sleep 0.6; tail -c +$((whole / 2 + 1)) spans.pb; } > input
}
bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" -o spans.pb --framed -q
escape=$(printf '\033')
feed &
TERM=xterm script -qec 'bhtpack convert input -o out.bht' /dev/null < /dev/null > shown
wait
grep -o "spans, [^$escape]*/s" shown | head -1 | sed -E 's/[0-9.]+ .?i?B/N B/'
tr '\r' '\n' < shown | grep -v '^$' | tail -1 | sed -E "s/$escape\[K//; s/: [0-9,]+ bytes.*/: … bytes/"
feed &
TERM=xterm script -qec 'bhtpack convert input -o quiet.bht --quiet' /dev/null < /dev/null | wc -c
wait
feed &
bhtpack convert input -o plain.bht 2>&1 | grep -c "$escape"
wait
