# Numbers of every kind, keys that stand twice, nested values, escapes, a status of its own.
. "$CASES/mask.bash"
python3 - <<'PYTHON'
import struct
payload = rb"""{"attributes": {"a": 1, "b": 1.0, "c": 1e22, "d": 123456789012345678901234567890,
 "e": NaN, "f": -Infinity, "a": 2, "a#2": 3, "n": {"x": [1, {"x": null, "x": true}], "y": 5.0},
 "t": "\u00e9\n\u001b[31m"},
 "events": [{"name": "first", "ts_us": 1.5, "z": [ ]}, 7, {"ts_us": 3, "name": "last"}], "more": 1}"""
tree = b"""[{"id": "s1", "parent": null, "service": "db", "op": "read", "start_us": 5, "dur_us": 7,
 "status": "timeout", "off": 0, "size": %d}]""" % len(payload)
header = b'{"trace_id": "odd", "n_spans": 1, "root_id": "s1", "total_us": 7}'
with open("odd.bht", "wb") as file:
    file.write(b"BHT1" + struct.pack("<I", len(header)) + header)
    file.write(struct.pack("<I", len(tree)) + tree + payload)
PYTHON
mask bhtpack full odd.bht
mask bhtpack full odd.bht --otlp --json
