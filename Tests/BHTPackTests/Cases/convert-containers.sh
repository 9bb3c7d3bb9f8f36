# Compressions are taken off, and the members of a zip or tar are inputs of their own.
cases="$CORPUS/../Tests/Cases/37-other-containers"
for name in input.json.zip input.json.zlib input.jsonl.bz2 input.jsonl.lz4 input.jsonl.xz input.tar.gz; do
  echo "== $name"
  bhtpack convert "$cases/$name" --to otlp-json -o - -q | grep -o '"name":"[^"]*"' | tr '\n' ' '
  echo
done
mkdir export
cp "$cases/input.jsonl.bz2" export/b.json.bz2
echo 'words, no traces' > export/README
ln -s README export/link
head -c 200 "$cases/input.tar.gz" > export/cut.tar.gz
tar --sort=name --mtime=@0 -cf export.tar export
bhtpack convert export.tar -o export.pb
bhtpack inspect export.tar
bhtpack inspect export.tar --json 2>/dev/null | head -c 100
echo
# With --strict the first thing that cannot be read ends it.
bhtpack convert export.tar -o strict.pb --strict
echo "exit $?"
tar -cf words.tar export/README
bhtpack convert words.tar -o words.pb
echo "exit $?"
