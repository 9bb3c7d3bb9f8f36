"""FORMAT.md, *Ids*: trace ids, span ids, and the parent ids that spans state."""
from .cursor import Cursor
from .index import LINKED_PARENT, STATES_PARENT
from .pages import LZ4, PLAIN, lz4_block, page
from .segment import SPAN_IDS

STRINGS, PARENT_STRINGS, PACKED = 1, 2, 4


def read_trace_ids(file, chunk):
    cursor = page(file, chunk.ids_offset, chunk.ids_length, "TRACE_IDS")
    mode = cursor.byte()
    cursor.need(mode < 2, f"trace ids of mode {mode}")
    ids = [cursor.string() if mode else cursor.take(16) for _ in range(chunk.slots)]
    cursor.finish()
    return ids


def id_pages(segment):
    """Where the page of each group and chunk lies: (offset, length, ids or nothing)."""
    section = segment.sections.get(SPAN_IDS)
    at = section.offset if section else 0
    pages = []
    for group in segment.groups:
        row = []
        for size in group.id_sizes:
            length = size
            if section is None or section.codec == PLAIN:
                length = 4 + 8 * size if size else 0
            row.append((at, length))
            at += length
        pages.append(row)
    end = section.offset + section.stored if section else 0
    if at != end:
        Cursor(b"", base=at, inside="SPAN_IDS").fail("the pages do not add up to the section")
    return pages


def homes(segment, chunk, found, names):
    """The payload group in whose page each span's id lies."""
    own = [segment.group_of(names.operations[operation][0]) for operation in found.operations]
    home = list(own)
    if not chunk.piece:
        settled = set()
        for place, parent in enumerate(found.parents):
            if parent >= 0 and parent not in settled and own[place] != own[parent]:
                settled.add(parent)
                home[parent] = own[place]
    return own, home


def read_span_ids(segment, pages, number, found, home):
    """The id and the parent id of each span of chunk `number`."""
    section = segment.sections.get(SPAN_IDS)
    ids, stated = [b""] * len(home), {}
    members = [[] for _ in segment.groups]
    for place, group in enumerate(home):
        members[group].append(place)
    for group, places in enumerate(members):
        offset, length = pages[group][number]
        if length == 0:
            if places:
                Cursor(b"", base=offset, inside="SPAN_IDS").fail("a page is missing")
            continue
        cursor = page(segment.file, offset, length, "SPAN_IDS")
        mode = 0
        if section.codec == LZ4:
            mode = cursor.byte()
            cursor.need(mode < 8, f"span ids of mode {mode}")
            if mode & PACKED:
                raw = cursor.varint()
                cursor = Cursor(lz4_block(cursor.rest(), raw, offset, "SPAN_IDS"),
                                inside=f"SPAN_IDS at {offset}")
        for place in places:
            ids[place] = cursor.string() if mode & STRINGS else cursor.take(8)
        for place in places:
            if found.marks[place] & STATES_PARENT:
                stated[place] = cursor.string() if mode & PARENT_STRINGS else cursor.take(8)
        cursor.finish()
    return ids, [parent_id(found, place, ids, stated) for place in range(len(ids))]


def parent_id(found, place, ids, stated):
    if place in stated:
        return stated[place]
    parent = found.parents[place]
    if parent == -1 or found.marks[place] & LINKED_PARENT:
        return b""
    return ids[parent] if parent >= 0 else found.outer[-2 - parent].id
