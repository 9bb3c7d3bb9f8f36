# Every page goes through man without a warning, and says what help says.
command -v man > /dev/null || { echo "there is no man" >&2; exit 77; }
bhtpack complete -- '' | cut -f 1 > commands
for command in '' $(cat commands); do
  bhtpack man $command > page.1
  MANWIDTH=100 man --warnings -E UTF-8 -l page.1 > shown 2> warnings || echo "exit $? for $command"
  cat warnings
  [ "$command" = trace ] && grep -A 3 '^SYNOPSIS\|^EXAMPLES' shown
  if command -v mandoc > /dev/null; then mandoc -Tlint -W warning page.1; fi
done
bhtpack man --json | cut -c 1-42
bhtpack man lsit
