# Runs a command and takes out of both streams what differs from run to run: how long it took.
mask() {
  local folder code
  folder=$(mktemp -d)
  "$@" > "$folder/stdout" 2> "$folder/stderr"
  code=$?
  sed -E 's/"seconds":[0-9.e-]+/"seconds":S/' "$folder/stdout"
  sed -E 's/decoded; .*$/decoded; TIME/' "$folder/stderr" >&2
  rm -r "$folder"
  return $code
}
