# Pipes, devices and links that lead back are passed over in folders, and named.
mkdir in
cp "$CORPUS/shop/payment.otlp.pb.zst" in/
mkfifo in/pipe
ln -s . in/self
ln -s round in/round
ln -s /dev/zero in/zero
said() { timeout 60 "$@" 2>&1 | sed -E 's/: [0-9,]+ bytes.*/: … bytes/'; echo "exit ${PIPESTATUS[0]}"; }
said bhtpack convert in -o out.bht
# A pipe that is named is read.
cat "$CORPUS/shop/payment.otlp.pb.zst" > in/pipe &
said bhtpack convert in/pipe -o piped.bht
wait
cmp out.bht piped.bht && echo the same archive
# What has no end.
said bhtpack verify /dev/zero
said bhtpack convert /dev/zero -o zero.bht
said bhtpack inspect /dev/zero
said bhtpack list /dev/zero
said bhtpack verify out.bht --against /dev/zero
ls
