# A signal in the middle leaves nothing behind, and ends the command as signals do.
mkfifo input
for signal in INT TERM HUP; do
  # A shell has what it starts in the background ignore SIGINT.
  timeout 60 env --default-signal=INT bhtpack convert input -o out.bht &
  pid=$!
  # Opening the pipe waits for the reader: then it is at work, its output open.
  exec 3> input
  head -c 100000 "$CORPUS/checkout-v1.bht" >&3
  kill -s $signal "$(pgrep -P $pid)"
  wait $pid
  echo "$signal: $?"
  exec 3>&-
done 2> /dev/null
ls -A
