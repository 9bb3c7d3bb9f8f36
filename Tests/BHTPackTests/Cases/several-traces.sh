# An archive of several traces: sums, paths added up, and which trace a span is looked for in.
. "$CASES/mask.bash"
python3 - <<'PYTHON'
import json, struct
for name, waiting, status in [("one", 8, "ok"), ("two", 6, "error")]:
    tree = [{"id": "s1", "parent": None, "service": "web", "op": "GET", "start_us": 0,
             "dur_us": 10, "status": "ok", "off": 0, "size": 32},
            {"id": "s2", "parent": "s1", "service": "db", "op": "read", "start_us": 1,
             "dur_us": waiting, "status": status, "off": 32, "size": 32}]
    header = {"trace_id": name, "n_spans": 2, "root_id": "s1", "total_us": 10}
    parts = [json.dumps(header).encode(), json.dumps(tree).encode()]
    with open(name + ".bht", "wb") as file:
        file.write(b"BHT1")
        for part in parts:
            file.write(struct.pack("<I", len(part)) + part)
        file.write(b'{"attributes": {}, "events": []}' * 2)
PYTHON
bhtpack convert one.bht two.bht -o both.bht --quiet
mask_sizes() { mask "$@" 2> /dev/null | sed -E 's/"stats":.*/"stats":…/'; }
mask_sizes bhtpack list both.bht
mask_sizes bhtpack list both.bht --errors --json
mask_sizes bhtpack list both.bht --sort spans --limit 1 --json
mask_sizes bhtpack summary both.bht
mask_sizes bhtpack summary both.bht --json
mask_sizes bhtpack summary both.bht --trace two --json
mask_sizes bhtpack critical-path both.bht
mask_sizes bhtpack critical-path both.bht --json
mask_sizes bhtpack critical-path both.bht --trace two
bhtpack critical-path both.bht --root s2 -q
bhtpack subtree both.bht s2
bhtpack subtree both.bht s2 --trace two -q
bhtpack service both.bht db -q | cut -c1-60
bhtpack trace both.bht one -q | cut -c1-60
bhtpack full both.bht -q --otlp | cut -c1-60
