cd "$CORPUS"
. "$CASES/mask.bash"
# Everything that the file says is there, as it was.
mask bhtpack full checkout-v1.bht --json > "$OLDPWD/full.json"
python3 - "$OLDPWD/full.json" <<PYTHON
import json, struct, sys
answer = json.loads(open(sys.argv[1]).read().replace(":S}", ":0}"))
data = open("checkout-v1.bht", "rb").read()
size = struct.unpack_from("<I", data, 4)[0]
header = json.loads(data[8:8 + size])
start = 12 + size
tree_size = struct.unpack_from("<I", data, 8 + size)[0]
tree = json.loads(data[start:start + tree_size])
payload = start + tree_size
spans = {span["span_id"]: span for span in answer["result"]}
assert len(spans) == len(tree) == header["n_spans"]
for entry in tree:
    span = spans[entry["id"]]
    block = data[payload + entry["off"]:payload + entry["off"] + entry["size"]]
    said = json.loads(block)
    assert list(span["attributes"].items()) == list(said["attributes"].items()), entry
    assert span["events"] == said["events"], entry
    assert span["parent_span_id"] == entry["parent"]
    assert (span["service"], span["operation"]) == (entry["service"], entry["op"])
    assert span["start_ns"] == entry["start_us"] * 1000
    assert span["duration_ns"] == entry["dur_us"] * 1000
    assert span["status"] == entry["status"]
print(len(spans), "spans as they were;", answer["stats"])
PYTHON
