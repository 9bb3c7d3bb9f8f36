# An orphan, a cycle, a span that ends before it starts, names that would take a terminal over.
. "$CASES/mask.bash"
python3 - <<'PYTHON'
import json, struct
def span(id, parent, service, op, start, duration, status="ok"):
    return {"id": id, "parent": parent, "service": service, "op": op, "start_us": start,
            "dur_us": duration, "status": status, "off": 0, "size": 2}
tree = [span("r", None, "web", "GET \x1b[31m/", 0, 1000), span("a", "r", "db", "read", 100, 200),
        span("b", "r", "db", "read", 300, 300, "error"), span("o", "gone", "cron", "tick", 50, 10),
        span("c", "d", "x", "y", 0, 5), span("d", "c", "x", "y", 0, 5),
        span("n", "r", "db", "write", 900, -100)]
tree = json.dumps(tree).encode()
header = json.dumps({"trace_id": "odd", "n_spans": 7, "root_id": "r", "total_us": 1000}).encode()
with open("odd.bht", "wb") as file:
    file.write(b"BHT1" + struct.pack("<I", len(header)) + header)
    file.write(struct.pack("<I", len(tree)) + tree + b"{}")
PYTHON
mask bhtpack summary odd.bht
mask bhtpack critical-path odd.bht
mask bhtpack critical-path odd.bht --root o --json
mask bhtpack subtree odd.bht b
