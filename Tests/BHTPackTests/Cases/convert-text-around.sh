# Text before and between records is left out and counted; spans keep their places in the file.
document='{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b101","name":"GET"}]}]}]}'
{
  echo "2024-11-30T17:00:00Z stdout F $document"
  echo "2024-11-30T17:00:01Z stderr F collector is shutting down"
  echo "2024-11-30T17:00:02Z stdout F $document"
} > pod.log
bhtpack inspect pod.log
printf '%s' "$document" | iconv -f UTF-8 -t UTF-16 > wide.json
bhtpack inspect wide.json
printf 'Send {"resourceSpans": [...]} to the collector.\n' > words.txt
bhtpack inspect words.txt
echo "exit $?"
# Metrics are said to be that. (A resource, a scope, a gauge with a point.)
printf '\x0a\x22\x12\x20\x12\x1e\x0a\x06memory\x2a\x14\x0a\x12\x19\x01\x00\x00\x00\x00\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00' > metrics.pb
bhtpack convert metrics.pb -o metrics.bht
echo "exit $?"
