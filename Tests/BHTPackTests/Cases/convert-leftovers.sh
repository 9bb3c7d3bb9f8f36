# What a process that was killed left beside the output is removed, and named.
sleep 0 & gone=$!
wait
touch .bht-$gone-1f.tmp .bht-$$-2e.tmp
bhtpack convert "$CORPUS/shop/payment.otlp.pb.zst" -o payment.bht 2>&1 | sed -E "s/-$gone-/-PID-/; s/: [0-9,]+ bytes.*/: … bytes/"
ls -A | sed "s/-$$-/-OWN-/"
