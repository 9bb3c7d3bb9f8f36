# A file system of 64 KiB: the output does not appear, and what was there stays.
mkdir small
mount -t tmpfs -o size=64k none small 2> /dev/null ||
  { echo "a file system for this cannot be mounted here" >&2; exit 77; }
trap 'umount small' EXIT
echo old > small/kept.bht
for out in small/new.pb small/kept.bht; do
  bhtpack convert "$CORPUS/checkout-v1.bht" -o $out --to otlp-proto --force
  echo "exit $?"
done
ls -A small
cat small/kept.bht
