"""FORMAT.md, *Version 1*: a file of one trace, in the words of version 2."""
import json
import struct

from . import canonical
from .cursor import Cursor
from .tables import ARRAY, BOOL, DOUBLE, EMPTY, INT, LIST, TEXT

MAGIC = b"BHT1"
FIELDS = {"id": str, "parent": (str, type(None)), "service": str, "op": str, "start_us": int,
          "dur_us": int, "status": str, "off": int, "size": int}


def read(file):
    """The header, and each span of the tree with its payload object."""
    cursor = Cursor(file, inside="version 1")
    cursor.need(cursor.take(4) == MAGIC, "this is no archive of version 1")
    header = parse(cursor, cursor.take(cursor.fixed(4)))
    tree = parse(cursor, cursor.take(cursor.fixed(4)))
    cursor.need(isinstance(header, dict) and isinstance(tree, list),
                "a header or tree of another type")
    spans, start = [], cursor.at
    cursor.need(isinstance(header.get("trace_id"), str), "a header without a trace id")
    for span in tree:
        cursor.need(isinstance(span, dict), "a span that is no object")
        for key, type_ in FIELDS.items():
            cursor.need(isinstance(span.get(key), type_), f"a span without a proper {key}")
        offset, size = span["off"], span["size"]
        cursor.need(offset >= 0 <= size and start + offset + size <= len(file),
                    "a payload that is not in the file")
        cursor.at = start + offset
        payload = parse(cursor, file[start + offset:start + offset + size])
        cursor.need(isinstance(payload, dict) and isinstance(payload.get("attributes", {}), dict)
                    and all(isinstance(event, dict) for event in payload.get("events", [])),
                    "a payload of another type")
        spans.append((span, payload))
    return header, spans


def parse(cursor, data):
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        cursor.fail(f"JSON: {error}")


def value(found):
    """(kind, value) of a JSON value as an attribute has it."""
    if found is None:
        return EMPTY, None
    if isinstance(found, bool):
        return BOOL, found
    if isinstance(found, int) and -1 << 63 <= found < 1 << 63:
        return INT, found
    if isinstance(found, int):
        return TEXT, str(found).encode()
    if isinstance(found, float):
        return DOUBLE, int.from_bytes(struct.pack("<d", found), "little")
    if isinstance(found, str):
        return TEXT, found.encode()
    if isinstance(found, list):
        return ARRAY, b"".join(field(1, any_value(item)) for item in found)
    return LIST, pairs(found)


def pairs(found):
    """The wire form of a `KeyValueList`."""
    items = ((field(1, key.encode()) if key else b"") + field(2, any_value(item))
             for key, item in found.items())
    return b"".join(field(1, item) for item in items)


def any_value(found):
    """The wire form of an `AnyValue`."""
    kind, made = value(found)
    if kind == EMPTY:
        return b""
    if kind == BOOL:
        return bytes((2 << 3, made))
    if kind == INT:
        return bytes((3 << 3,)) + varint(made & (1 << 64) - 1)
    if kind == DOUBLE:
        return bytes((4 << 3 | 1,)) + made.to_bytes(8, "little")
    return field({TEXT: 1, ARRAY: 5, LIST: 6}[kind], made)


def field(number, content):
    return bytes((number << 3 | 2,)) + varint(len(content)) + content


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes((number,))


def attributes(found):
    return [canonical.attribute(key.encode(), *value(item)) for key, item in found.items()]


def lines(file):
    """The spans in the order of the file: what version 2 says of them, without unknown fields."""
    header, spans = read(file)
    for span, payload in spans:
        start = span["start_us"] * 1000
        status = span["status"]
        resource = {"present": True, "attributes": attributes({"service.name": span["service"]})}
        events = [{
            "time": start + event.get("ts_us", 0) * 1000, "name": event.get("name", ""),
            "attributes": attributes({key: item for key, item in event.items()
                                      if key not in ("ts_us", "name")})}
                  for event in payload.get("events", ())]
        yield canonical.line({
            "trace": header["trace_id"], "span": span["id"], "parent": span["parent"] or "",
            "name": span["op"], "kind": 0, "start": start, "end": start + span["dur_us"] * 1000,
            "status": {"present": True, "code": 1 if status == "ok" else 2,
                       "message": "" if status in ("ok", "error") else status},
            "attributes": attributes(payload.get("attributes", {})), "events": events,
            "resource": resource})
