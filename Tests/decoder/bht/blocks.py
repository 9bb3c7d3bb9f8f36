"""FORMAT.md, *Payload blocks*: a block taken apart into the streams of its parts."""
from .cursor import Cursor, Malformed
from .pages import MIB, crc16, crc32c, zstd_frame

SMALL = 64  # blocks of less have a CRC-16
PLAIN, FRAME, HEAVY = range(3)


class Part:
    """The three streams of the spans that a chunk has in a block."""

    def __init__(self, codes, text, random, heavy):
        self.codes, self.text, self.random, self.heavy = codes, text, random, heavy
        self.seen = []  # random bytes that references reach back to
        self.heavy_end = 0

    def finish(self):
        for stream in (self.codes, self.text, self.random):
            stream.finish()


def heavy_stream(file, group, dictionary):
    """What the group's HEAVY blocks hold, end to end."""
    out = []
    for block in group.heavy:
        content = Cursor(file, block.offset, block.offset + block.length, inside="HEAVY block")
        if content.fixed(4) != crc32c(file[content.at:content.end]):
            raise Malformed("a HEAVY block does not match its checksum", block.offset)
        data = content.rest()
        if len(data) != block.raw:
            data = zstd_frame(data, block.raw, block.offset, "HEAVY block", dictionary)
        out.append(data)
    return b"".join(out)


def chunk_runs(group):
    """For each block of a group, the chunks it has spans of: (chunk, spans)."""
    left = [[number, spans] for number, spans in enumerate(group.spans) if spans]
    place = 0
    for block in group.blocks:
        spans, runs = block.spans, []
        while spans:
            chunk, more = left[place]
            taken = min(spans, more)
            runs.append((chunk, taken))
            spans -= taken
            left[place][1] -= taken
            place += left[place][1] == 0
        yield block, runs


def read_block(file, block, runs, stream, dictionary):
    """The parts of a block, in the order of its chunks."""
    heavy = stream[block.heavy_start:block.heavy_start + block.heavy_length]
    inside = f"block at {block.offset}"
    if block.length == 0:
        return [Part(Cursor(b"\1" * spans, inside=inside), Cursor(b""), Cursor(b""), heavy)
                for _, spans in runs]
    size = 2 if block.length < SMALL else 4
    cursor = Cursor(file, block.offset, block.offset + block.length, inside="block")
    stored = cursor.fixed(size)
    if (crc16 if size == 2 else crc32c)(file[cursor.at:cursor.end]) != stored:
        raise Malformed("a block does not match its checksum", block.offset, "block")
    if block.bare:
        lengths = part_lengths(cursor, runs, False, False)
        codes, text, random = cursor, Cursor(b"", inside=inside), Cursor(b"", inside=inside)
    else:
        head = cursor.varint()
        decoded, has_text, form = head >> 3, head >> 2 & 1, head & 3
        cursor.need(form <= HEAVY, f"a block of form {form}")
        cursor.need(form == HEAVY or decoded <= MIB, f"a block of {decoded} bytes decoded")
        code_length = cursor.varint() if has_text else decoded
        cursor.need(code_length <= decoded, "codes are longer than the block")
        frame_length = cursor.varint() if form == FRAME else 0
        lengths = part_lengths(cursor, runs, has_text, True)
        body = read_body(cursor, form, decoded, frame_length, heavy, dictionary)
        codes = Cursor(body, 0, code_length, inside=f"{inside}, codes")
        text = Cursor(body, code_length, inside=f"{inside}, text")
        random = cursor
    return cut(runs, lengths, codes, text, random, heavy)


def part_lengths(cursor, runs, has_text, has_random):
    """(codes, text, random) of the parts but the last."""
    return [(cursor.varint(), cursor.varint() if has_text else 0,
             cursor.varint() if has_random else 0) for _ in runs[1:]]


def read_body(cursor, form, decoded, frame_length, heavy, dictionary):
    if form == PLAIN:
        return cursor.take(decoded)
    if form == FRAME:
        at = cursor.at
        frame = cursor.take(frame_length)
        return zstd_frame(frame, decoded, at, "block", dictionary)
    offset = cursor.varint()
    cursor.need(offset + decoded <= len(heavy), "a body behind the block's HEAVY bytes")
    return heavy[offset:offset + decoded]


def cut(runs, lengths, codes, text, random, heavy):
    """The streams cut into parts; the last part has what is left."""
    parts = []
    for number in range(len(runs)):
        streams = []
        for which, stream in enumerate((codes, text, random)):
            length = lengths[number][which] if number < len(lengths) else stream.left
            start = stream.at
            stream.need(length <= stream.left, "a part is longer than its block")
            stream.at += length
            streams.append(Cursor(stream.data, start, stream.at, stream.base, stream.inside))
        parts.append(Part(*streams, heavy))
    return parts
