"""FORMAT.md, *Header*, *Footer*, *Directory*: the two ends of a file and the directory."""
from dataclasses import dataclass

from .columns import column, signed_column, sums
from .cursor import MASK, Cursor, Malformed, signed64
from .pages import crc32c, packed_page, page

HEADER, FOOTER = 64, 96
MAGIC, TAIL = b"BHT2", b"2THB"
MOST_ENTRIES = 65_536


@dataclass
class Footer:
    offset: int
    directory: int
    lookup_pages: int
    lookup_length: int
    summaries_length: int
    locations_length: int
    segments: int
    key_bits: int
    traces: int
    spans: int
    previous: int
    features: tuple


def trace_hash(data):
    """FNV-1a and a finalizer: the hash of look-up."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & MASK
    value ^= value >> 33
    value = value * 0xFF51AFD7ED558CCD & MASK
    value ^= value >> 33
    value = value * 0xC4CEB9FE1A85EC53 & MASK
    return value ^ value >> 33


def page_of(hash_, pages):
    return hash_ * pages >> 64


def least_key(page_number, pages, bits):
    """The least key of a page: the top bits of ⌈page · 2^64 / pages⌉."""
    return -(-(page_number << 64) // pages) >> 64 - bits


def read_header(file):
    cursor = Cursor(file, 0, min(HEADER, len(file)), inside="header")
    cursor.need(cursor.take(4) == MAGIC, "this is no archive of version 2")
    if crc32c(file[:60]) != int.from_bytes(file[60:64], "little") or len(file) < HEADER:
        raise Malformed("the header does not match its checksum", 0, "header")
    major, minor, incompatible = cursor.fixed(2), cursor.fixed(2), cursor.fixed(4)
    cursor.need(major == 2 and minor >= 1, f"version {major}.{minor}")
    cursor.need(incompatible == 0, f"unknown incompatible features {incompatible:#x}")
    features = (incompatible, cursor.fixed(4), cursor.fixed(4))
    cursor.end = 60
    cursor.skip_zeros()
    return features


def read_footer(file, offset):
    """The footer at `offset`, or nothing where there is none that is good."""
    if offset < HEADER or file[offset + 92:offset + 96] != TAIL:
        return None
    cursor = Cursor(file, offset, offset + FOOTER, inside="footer")
    if crc32c(file[offset:offset + 88]) != int.from_bytes(file[offset + 88:offset + 92], "little"):
        return None
    names = [8, 4, 4, 4, 4, 4, 4, 8, 8, 8]
    fields = [cursor.fixed(size) for size in names]
    footer = Footer(offset, *fields, features=tuple(cursor.fixed(4) for _ in range(3)))
    cursor.need(footer.features[0] == 0, f"unknown incompatible features {footer.features[0]:#x}")
    cursor.end = offset + 88
    cursor.skip_zeros()
    end = (footer.directory + footer.lookup_pages * footer.lookup_length
           + footer.summaries_length + footer.locations_length)
    if not (HEADER <= footer.directory and end <= offset and offset - end < 64):
        return None
    Cursor(file, end, offset, inside="directory").skip_zeros()
    cursor.need(1 <= footer.key_bits <= 64, f"look-up keys of {footer.key_bits} bits")
    return footer


def last_footer(file):
    """The last good footer: at the end of a whole file, further up in a torn one."""
    for end in range(len(file) // 64 * 64, HEADER, -64):
        footer = read_footer(file, end - FOOTER)
        if footer:
            return footer
    raise Malformed("there is no footer", len(file), "footer")


def hashed_entries(cursor, number, pages, bits, columns):
    """The entries of a look-up page or hashed page: keys, then other columns."""
    count = cursor.varint()
    cursor.need(count <= MOST_ENTRIES, f"{count} entries of a page")
    keys = sums(column(cursor, count), least_key(number, pages, bits))
    rows = list(zip(keys, *(column(cursor, count) for _ in range(columns))))
    cursor.skip_zeros()
    cursor.need(rows == sorted(rows), "entries are not sorted")
    for key in keys:
        # The key's hashes have to reach into the page's.
        first, last = key << 64 - bits, ((key + 1) << 64 - bits) - 1
        cursor.need(last <= MASK and page_of(first, pages) <= number <= page_of(last, pages),
                    "a key that is another page's")
    return rows


def read_lookup(file, footer):
    """All entries (key, chunk, slot, kind) of look-up, page by page."""
    return [lookup_page(file, footer, number) for number in range(footer.lookup_pages)]


def lookup_page(file, footer, number):
    offset = footer.directory + number * footer.lookup_length
    cursor = page(file, offset, footer.lookup_length, "look-up page")
    return hashed_entries(cursor, number, footer.lookup_pages, footer.key_bits, 3)


def find(file, footer, trace_id):
    """Where look-up says a trace of this id may be."""
    if footer.lookup_pages == 0:
        return []
    hash_ = trace_hash(trace_id)
    rows = lookup_page(file, footer, page_of(hash_, footer.lookup_pages))
    return [row[1:] for row in rows if row[0] == hash_ >> 64 - footer.key_bits]


def read_summaries(file, footer):
    """The services of the archive and a summary of each segment."""
    offset = footer.directory + footer.lookup_pages * footer.lookup_length
    cursor = packed_page(file, offset, footer.summaries_length, "SUMMARIES")
    services = [cursor.string() for _ in range(cursor.count())]
    cursor.need(len(services) <= 4096, f"{len(services)} services")
    count = footer.segments
    traces, spans = column(cursor, count), column(cursor, count)
    starts = [signed64(value) for value in sums(signed_column(cursor, count))]
    rest = [column(cursor, count) for _ in range(5)]
    size = (len(services) + 7) // 8
    summaries = []
    for n in range(count):
        bits = cursor.fixed(size)
        cursor.need(bits >> len(services) == 0, "a service that is not there")
        summaries.append({
            "traces": traces[n], "spans": spans[n], "first start": starts[n] & MASK,
            "last start": starts[n] + rest[0][n] & MASK, "end": starts[n] + rest[1][n] & MASK,
            "longest trace": rest[2][n], "longest span": rest[3][n], "errors": rest[4][n],
            "services": [k for k in range(len(services)) if bits >> k & 1]})
    cursor.finish()
    return services, summaries


def read_locations(file, footer):
    """Where each segment lies: (offset, length, head, names, index, table bytes, chunks)."""
    offset = (footer.directory + footer.lookup_pages * footer.lookup_length
              + footer.summaries_length)
    cursor = page(file, offset, footer.locations_length, "LOCATIONS")
    rows, end = [], HEADER
    for gap, *row in zip(*(column(cursor, footer.segments) for _ in range(7))):
        start, end = end + gap, end + gap + row[0]
        cursor.need(end <= footer.directory, "a segment behind the directory")
        rows.append((start, *row))
    cursor.finish()
    return rows
