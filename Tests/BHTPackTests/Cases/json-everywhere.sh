# Every command prints one object with the same keys.
python3 -c 'import json' 2> /dev/null || { echo "there is no python3" >&2; exit 77; }
cp "$CORPUS/checkout-v1.bht" checkout.bht
show() {
  echo "$ bhtpack $*"
  bhtpack "$@" --json > answer.json; local code=$?
  python3 - $code << 'END'
import json, sys
answer = json.load(open("answer.json"))
assert open("answer.json").read().count("\n") == 1
stats = ["bytes_read", "requests", "rounds", "blocks_read", "file_size", "fraction", "raw_bytes",
         "seconds"]
assert list(answer) == ["result", "stats"] and list(answer["stats"]) == stats, answer.keys()
def longest(value):
    if isinstance(value, dict):
        return max([0] + [n if isinstance(n, int) and "duration" in key else longest(n)
                          for key, n in value.items()])
    return max([0] + [longest(item) for item in value]) if isinstance(value, list) else 0
assert longest(answer) < 2 ** 53
print(sys.argv[1], type(answer["result"]).__name__,
      ", ".join(answer["result"]) if isinstance(answer["result"], dict) else "")
END
}
show convert checkout.bht -o shop.bht
show convert checkout.bht -o none.bht --select service=none -q
show generate -o made.pb
show verify shop.bht
show verify shop.bht --against checkout.bht
cp "$CORPUS/formats/cloud-trace-v1.json" small.json
show measure small.json --no-solid
show inspect shop.bht
show inspect made.pb
show list shop.bht
show list shop.bht --errors --min-duration 1h
show summary shop.bht
show summary shop.bht --totals
show critical-path shop.bht
show subtree shop.bht s0130
show service shop.bht users
show trace shop.bht checkout-7f3a91
show trace shop.bht none
show full shop.bht
show errors shop.bht
show compare shop.bht shop.bht
show search shop.bht '{ }'
show search shop.bht '{ span.nothing = 1 }'
show metrics shop.bht '{ } | rate()' --instant
show topology shop.bht
show flame shop.bht
show keys shop.bht
show values shop.bht http.method
show completion bash
show man
show --version
# The commands of the table are all here.
bhtpack complete -- '' | cut -f 1 | while read -r command; do
  grep -q "^show $command" "$CASES/json-everywhere.sh" || echo "not tried: $command"
done
bhtpack convert checkout.bht -o json.bht --json | sed -E 's/"seconds":[0-9.e-]+/"seconds":S/'
bhtpack convert checkout.bht -o - --to bht --json
