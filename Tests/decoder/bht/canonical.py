"""Spans and trees as JSON lines that another decoder's can be compared with, byte for byte."""
import json

from .tables import (DOUBLE, DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS, FIRST_KEY, FLAGS,
                     HAS_STATUS, MESSAGE, STATE, TEXT, UNKNOWN, V1_HEADER, V1_PAYLOAD, V1_TREE)

KINDS = ("absent", "empty", "text", "bool", "int", "double", "bytes", "array", "list", "rawValue",
         "rawKeyValue")


def text(data):
    """A JSON string, or the bytes in hex where they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def attribute(key, kind, value):
    if kind == DOUBLE:
        value = f"{value:016x}"
    elif kind == TEXT:
        value = text(value)
    elif isinstance(value, bytes):
        value = value.hex()
    return [text(key), KINDS[kind], value]


def attributes(found):
    return [attribute(*one) for one in found]


def split(values, tables):
    """The fields of the model among the values of slots, and the attributes in order."""
    fields, rest = {}, []
    for word, value, _ in values:
        if word >> 4 < FIRST_KEY:
            fields[word >> 4] = value
        else:
            rest.append(attribute(tables.key(word), word & 15, value))
    return fields, rest


def record(found):
    """A resource or scope."""
    made = {"present": bool(found["present"])}
    if "name" in found:
        made |= {"name": text(found["name"]), "version": text(found["version"])}
    return made | {
        "attributes": attributes(found["attributes"]), "dropped": found["dropped"],
        "schema": text(found["schema"]), "unknown": found["extra"].hex(),
        "outerUnknown": found["outer"].hex()}


def event(found, tables):
    _, name, time, values = found
    fields, rest = split(values, tables)
    return {"time": time, "name": text(name), "attributes": rest,
            "dropped": fields.get(DROPPED_ATTRIBUTES, 0), "unknown": fields.get(UNKNOWN, b"").hex()}


def link(found, tables):
    _, trace, span, values = found
    fields, rest = split(values, tables)
    return {"trace": trace.hex(), "span": span.hex(), "state": text(fields.get(STATE, b"")),
            "attributes": rest, "dropped": fields.get(DROPPED_ATTRIBUTES, 0),
            "flags": fields.get(FLAGS, 0), "unknown": fields.get(UNKNOWN, b"").hex()}


def span_line(span, tables):
    """Everything a span says, as one line."""
    fields, rest = split(span.values, tables)
    id_text = text if span.is_v1 else bytes.hex
    _, kind, name = span.operation
    made = {
        "trace": id_text(span.trace), "span": id_text(span.id), "parent": id_text(span.parent),
        "name": text(name), "kind": kind, "start": span.start, "end": span.end,
        "status": {"present": bool(span.shape.flags & HAS_STATUS), "code": span.shape.status,
                   "message": text(fields.get(MESSAGE, b""))},
        "state": text(fields.get(STATE, b"")), "flags": fields.get(FLAGS, 0),
        "dropped": [fields.get(field, 0)
                    for field in (DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS)],
        "attributes": rest, "events": [event(one, tables) for one in span.events],
        "links": [link(one, tables) for one in span.links], "resource": record(span.resource),
        "scope": record(span.scope), "unknown": fields.get(UNKNOWN, b"").hex()}
    if span.is_v1:
        made["v1"] = [fields.get(field, b"").hex() for field in (V1_HEADER, V1_TREE, V1_PAYLOAD)]
    return line(made)


def structure_lines(archive):
    """A line for each trace: its spans with parents, marks, times and operations."""
    trace, base = None, 0
    for segment in archive.segments:
        names = segment.names
        for number, chunk in enumerate(segment.chunks):
            found, trace_ids = segment.structure(number), segment.trace_ids(number)
            for slot_number, slot in enumerate(found.slots):
                if chunk.piece <= 1:
                    if trace:
                        yield line(trace)
                    trace = {"trace": trace_ids[slot_number].hex(), "v1": bool(slot.dialect & 1),
                             "start": slot.start, "spans": []}
                base = max(chunk.piece - 1, 0)
                for place in range(slot.first, slot.first + slot.spans):
                    parent = found.parents[place]
                    if parent >= 0:
                        parent += base - slot.first
                    elif parent <= -2:
                        parent = found.outer[-2 - parent].position
                    service, kind, name = names.operations[found.operations[place]]
                    trace["spans"].append(
                        [parent, found.marks[place], found.starts[place], found.ends[place],
                         text(names.services[service]), kind, text(name),
                         found.file_positions[place]])
    if trace:
        yield line(trace)
