"""FORMAT.md, *Sections that make readings faster* and *METADATA and AUDIT*."""
from dataclasses import dataclass

from .columns import column
from .cursor import MASK
from .directory import hashed_entries
from .pages import page
from .segment import (AUDIT, METADATA, POSTINGS, ROLLUP, SPAN_LOOKUP, VALUES, ZONES)
from .tables import DOUBLE, INT

ANY = MASK
ROUNDED_MOST = 7424


def order(kind, value):
    """The order of an int, or of the bits of a double."""
    if kind == INT:
        return (value & MASK) ^ 1 << 63
    top = value >> 48
    return top ^ 0xFFFF if top >> 15 else top | 0x8000


def rounded(number):
    """The code of a number rounded up to 8 significant bits."""
    shift = max(number.bit_length() - 8, 0)
    top = -(-number >> shift)
    return top + 128 * shift if shift else number


@dataclass
class Zones:
    columns: dict  # name: a value for each chunk, of bounds their rounded codes
    words: dict  # word: for each chunk nothing, "any", or the orders (least, greatest)


def read_zones(segment):
    cursor = segment.packed_section(ZONES)
    if cursor is None:
        return None
    count = len(segment.chunks)
    columns = {name: column(cursor, count) for name in (
        "latest end", "longest trace", "longest span", "errors", "kinds")}
    for name in ("latest end", "longest trace", "longest span"):
        cursor.need(all(value <= ROUNDED_MOST for value in columns[name]), "a bound too large")
    words, word = {}, 0
    for _ in range(cursor.count(2)):
        word += cursor.varint()
        kind = word & 15
        cursor.need(kind in (INT, DOUBLE) and word not in words, f"zones of the word {word}")
        least = order(INT, cursor.signed()) if kind == INT else cursor.varint()
        extents, minima = column(cursor, count), column(cursor, count)
        rows = []
        for extent, minimum in zip(extents, minima):
            if extent in (0, ANY):
                cursor.need(minimum == 0, "a minimum without values")
                rows.append("any" if extent else None)
            else:
                low = least + minimum
                cursor.need(low + extent - 1 <= MASK, "a greatest value of more than 64 bits")
                rows.append((low, low + extent - 1))
        words[word] = rows
    cursor.need(len(words) * count <= 1 << 22, "too many zones")
    cursor.finish()
    return Zones(columns, words)


def read_posting(cursor, chunks):
    """A set of chunks; 'any' where the posting says nothing."""
    head = cursor.varint()
    if head < 2:
        return set() if head else "any"
    count = head >> 1
    cursor.need(count <= chunks, f"a posting of {count} chunks")
    if head & 1:
        bits = cursor.fixed((chunks + 7) // 8)
        found = {n for n in range(chunks) if bits >> n & 1}
        cursor.need(bits >> chunks == 0 and len(found) == count, "the bits of a posting")
        return found
    numbers, at = [], -1
    for _ in range(count):
        at += cursor.varint() + 1
        numbers.append(at)
    cursor.need(at < chunks, "a chunk that is not there")
    return set(numbers)


def read_postings(segment):
    """{what: set of chunks}: what is a tuple of a word for its kind and numbers."""
    cursor = segment.section_page(POSTINGS)
    if cursor is None:
        return None
    tables, chunks = segment.tables, len(segment.chunks)
    names = [("operation", n) for n in range(len(segment.names.operations))]
    names += [("resource", n) for n in range(len(tables.resources))]
    names += [("scope", n) for n in range(len(tables.scopes))]
    names += [("shape", operation, n) for operation, shapes in enumerate(tables.shapes)
              for n in range(len(shapes))] + [("inline spans",)]
    names += [("event shape", n) for n in range(len(tables.event_shapes))] + [("inline events",)]
    names += [("link shape", n) for n in range(len(tables.link_shapes))] + [("inline links",)]
    names += [("value", word, n) for word, values in tables.values.items()
              for n in range(len(values))]
    postings = {name: read_posting(cursor, chunks) for name in names}
    word, words = 0, set()
    for _ in range(cursor.count(3)):
        word += cursor.varint()
        cursor.need(word & 15 == INT and word not in words, f"postings of the word {word}")
        words.add(word)
        count = cursor.varint()
        cursor.need(1 <= count <= 256, f"{count} values")
        values = [cursor.signed()]
        for _ in range(count - 1):
            values.append(values[-1] + 1 + cursor.varint())
        for value in values:
            postings["int", word, value] = read_posting(cursor, chunks)
    cursor.finish()
    return postings, words


def read_hashed(segment, type_):
    """(key bits, pages, entries (key, chunk)) of VALUES or SPAN_LOOKUP."""
    section = segment.sections.get(type_)
    if section is None:
        return None
    entries, pages, bits = [], section.raw, 0
    length = section.stored // pages if pages else 0
    for number in range(pages):
        cursor = page(segment.file, section.offset + number * length, length, section.name)
        bits = cursor.byte()
        cursor.need(1 <= bits <= 64, f"keys of {bits} bits")
        rows = hashed_entries(cursor, number, pages, bits, 1)
        cursor.need(len(set(rows)) == len(rows), "an entry is there twice")
        cursor.need(all(chunk < len(segment.chunks) for _, chunk in rows),
                    "a chunk that is not there")
        entries += rows
    return bits, pages, entries


def read_rollup(segment):
    """(width, {bucket: {cell: (count, sum, {band: count})}})."""
    cursor = segment.packed_section(ROLLUP)
    if cursor is None:
        return None
    width, number, cells, buckets = cursor.varint(), -1, 0, {}
    for _ in range(cursor.count(5)):
        number += cursor.varint() + 1
        cell, bucket = -1, {}
        for _ in range(cursor.count(4)):
            cells += 1
            cursor.need(cells <= 1 << 18, "too many cells")
            cell += cursor.varint() + 1
            count, total, bands, band, counted = cursor.varint(), cursor.varint(), {}, -1, 0
            cursor.need(count > 0, "a cell without spans")
            while counted < count:
                band += cursor.varint() + 1
                bands[band] = cursor.varint()
                cursor.need(bands[band] > 0 and band <= 65, f"the band {band}")
                counted += bands[band]
            cursor.need(counted == count, "the bands do not add up")
            bucket[cell] = (count, total, bands)
        buckets[number] = bucket
    cursor.finish()
    return width, buckets


def read_strings(segment, type_):
    """The entries of METADATA or AUDIT."""
    cursor = segment.section_page(type_)
    if cursor is None:
        return None
    entries = [cursor.string() for _ in range(cursor.count())]
    cursor.finish()
    return entries


def section_lines(segment, number):
    """What each section says, as values for JSON."""
    for section in segment.sections.values():
        yield {"segment": number, "section": section.name, "offset": section.offset,
               "stored": section.stored, "codec": section.codec, "raw": section.raw}
    zones, postings, rollup = read_zones(segment), read_postings(segment), read_rollup(segment)
    if zones:
        yield {"segment": number, "ZONES": zones.columns,
               "words": {str(word): rows for word, rows in zones.words.items()}}
    if postings:
        yield {"segment": number, "POSTINGS": [
            [list(what), chunks if chunks == "any" else sorted(chunks)]
            for what, chunks in postings[0].items()]}
    for type_, name in ((VALUES, "VALUES"), (SPAN_LOOKUP, "SPAN_LOOKUP")):
        hashed = read_hashed(segment, type_)
        if hashed:
            yield {"segment": number, name: hashed[2], "bits": hashed[0], "pages": hashed[1]}
    if rollup:
        yield {"segment": number, "ROLLUP": rollup[1], "width": rollup[0]}
    for type_, name in ((METADATA, "METADATA"), (AUDIT, "AUDIT")):
        entries = read_strings(segment, type_)
        if entries is not None:
            yield {"segment": number, name: [
                entry.hex() if type_ == METADATA else entry.decode("utf-8", "replace")
                for entry in entries]}
