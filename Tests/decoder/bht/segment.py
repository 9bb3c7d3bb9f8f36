"""FORMAT.md, *Segment*: header, HEAD, chunk table and group table."""
from dataclasses import dataclass, field

from .columns import column, signed_column, sums
from .cursor import Cursor, Malformed
from .pages import MIB, coded_page, crc32c, packed_page, page

(BLOCKS, SPAN_IDS, DICTIONARY, TABLES, METADATA, TRACE_IDS, INDEX, NAMES, ZONES, POSTINGS, VALUES,
 ROLLUP, SPAN_LOOKUP, AUDIT) = range(1, 15)
SECTION_NAMES = {
    BLOCKS: "BLOCKS", SPAN_IDS: "SPAN_IDS", DICTIONARY: "DICTIONARY", TABLES: "TABLES",
    METADATA: "METADATA", TRACE_IDS: "TRACE_IDS", INDEX: "INDEX", NAMES: "NAMES", ZONES: "ZONES",
    POSTINGS: "POSTINGS", VALUES: "VALUES", ROLLUP: "ROLLUP", SPAN_LOOKUP: "SPAN_LOOKUP",
    AUDIT: "AUDIT"}
CAPS = {NAMES: 256 * MIB, TABLES: 64 * MIB, DICTIONARY: MIB}
MOST_GROUPS, MOST_KINDS, MOST_CHUNK_SPANS = 256, 255, 1 << 30


@dataclass
class Section:
    type: int
    codec: int
    offset: int
    stored: int
    raw: int

    @property
    def name(self):
        return SECTION_NAMES.get(self.type, f"section {self.type}")


@dataclass
class Chunk:
    """A row of the chunk table, and where the chunk's pages lie."""
    traces: int
    spans: int
    piece: int  # 0: whole traces; 1 + n: a piece that starts with span n of its trace
    start: int
    ids_offset: int = 0
    ids_length: int = 0
    index_offset: int = 0
    index_length: int = 0
    index_raw: int = 0

    @property
    def slots(self):
        return 1 if self.piece else self.traces


@dataclass
class Block:
    offset: int
    length: int
    spans: int
    bare: bool
    heavy_start: int  # in the group's HEAVY stream
    heavy_length: int


@dataclass
class HeavyBlock:
    offset: int
    length: int
    raw: int


@dataclass
class Group:
    spans: list  # of each chunk
    id_sizes: list  # of each chunk
    blocks: list = field(default_factory=list)
    heavy: list = field(default_factory=list)


class Segment:
    """What a segment holds and where: all of HEAD."""

    def __init__(self, file, offset, length):
        self.file, self.offset, self.length = file, offset, length
        cursor = Cursor(file, offset, min(len(file), offset + 20), inside="segment header")
        cursor.need(cursor.take(4) == b"BSEG", "no segment starts here")
        head, stated = cursor.fixed(4), cursor.fixed(8)
        if cursor.fixed(4) != crc32c(file[offset:offset + 16]):
            raise Malformed("a segment header does not match its checksum", offset)
        if stated != length or head > length - 20:
            raise Malformed(f"a segment of {stated} bytes, not {length}", offset)
        self.head_length = head
        self._read_head(page(file, offset + length - head, head, "HEAD"))

    def _read_head(self, cursor):
        self.spans, self.traces = cursor.varint(), cursor.varint()
        self.sections = {}
        at = self.offset + 20
        for _ in range(cursor.count(4)):
            section = Section(cursor.byte(), cursor.byte(), at, cursor.varint(), cursor.varint())
            at += section.stored
            cursor.need(section.type not in self.sections, f"{section.name} is there twice")
            cursor.need(section.codec <= 2, f"{section.name} has the codec {section.codec}")
            self.sections[section.type] = section
        cursor.need(at == self.offset + self.length - self.head_length,
                    "the sections do not add up to the segment")
        self._read_chunks(cursor)
        self._read_groups(cursor)
        size = (len(self.groups) + 7) // 8
        kinds = cursor.varint()
        cursor.need(kinds <= MOST_KINDS and kinds * size <= cursor.left, f"{kinds} kinds")
        self.kinds = [cursor.fixed(size) for _ in range(kinds)]
        rows = [(cursor.varint(), cursor.varint()) for _ in range(cursor.count(2))]
        cursor.need(all(distance for distance, _ in rows[1:]), "indexed words do not ascend")
        self.indexed = dict(zip(sums(row[0] for row in rows), (row[1] for row in rows)))
        cursor.finish()

    def _read_chunks(self, cursor):
        count = cursor.varint()
        traces, spans, pieces = (column(cursor, count) for _ in range(3))
        starts = sums(signed_column(cursor, count))
        id_bytes = signed_column(cursor, count)
        index_bytes, index_raw = column(cursor, count), column(cursor, count)
        self.chunks = [Chunk(*row) for row in zip(traces, spans, pieces, starts)]
        ids, index = self._bounds(TRACE_IDS), self._bounds(INDEX)
        at, index_at = ids[0], index[0]
        for n, chunk in enumerate(self.chunks):
            cursor.need(0 < chunk.spans <= MOST_CHUNK_SPANS, f"a chunk of {chunk.spans} spans")
            if chunk.piece:
                cursor.need(chunk.traces == (chunk.piece == 1), "traces of a piece")
            else:
                cursor.need(0 < chunk.traces <= chunk.spans, "traces of a chunk")
            chunk.ids_offset, chunk.ids_length = at, id_bytes[n] + 16 * chunk.slots
            chunk.index_offset, chunk.index_length = index_at, index_bytes[n]
            chunk.index_raw = index_raw[n]
            cursor.need(chunk.ids_length >= 5, "a page of trace ids without ids")
            at += chunk.ids_length
            index_at += chunk.index_length
        cursor.need(sum(traces) == self.traces and sum(spans) == self.spans
                    and at == ids[1] and index_at == index[1], "the chunks do not add up")

    def _bounds(self, type_):
        section = self.sections.get(type_)
        return (section.offset, section.offset + section.stored) if section else (0, 0)

    def _read_groups(self, cursor):
        count, chunks = cursor.varint(), len(self.chunks)
        cursor.need(count <= MOST_GROUPS, f"{count} payload groups")
        spans, sizes = column(cursor, count * chunks), column(cursor, count * chunks)
        self.groups = [Group(spans[n * chunks:][:chunks], sizes[n * chunks:][:chunks])
                       for n in range(count)]
        for n, chunk in enumerate(self.chunks):
            cursor.need(sum(group.spans[n] for group in self.groups) == chunk.spans,
                        "the groups' spans do not add up")
        blocks, heavies = column(cursor, count), column(cursor, count)
        block_count, heavy_count = sum(blocks), sum(heavies)
        rows = iter(list(zip(*(column(cursor, block_count) for _ in range(3)))))
        heavy_rows = iter(list(zip(*(column(cursor, heavy_count) for _ in range(2)))))
        at, end = self._bounds(BLOCKS)
        for number, group in enumerate(self.groups):
            used = 0
            for _ in range(blocks[number]):
                spans, length, heavy = next(rows)
                cursor.need(spans > 1, "a block without spans")
                group.blocks.append(Block(at, length, spans >> 1, bool(spans & 1), used, heavy))
                at += length
                used += heavy
            for _ in range(heavies[number]):
                length, raw = next(heavy_rows)
                cursor.need(raw <= MIB, f"a HEAVY block of {raw} bytes")
                group.heavy.append(HeavyBlock(at, length, raw))
                at += length
            cursor.need(used == sum(heavy.raw for heavy in group.heavy),
                        "blocks do not use all of the HEAVY stream")
            cursor.need(sum(group.spans) == sum(block.spans for block in group.blocks),
                        "blocks do not have the group's spans")
        cursor.need(at == end, "the blocks do not add up to BLOCKS")

    def group_of(self, service):
        return min(service, len(self.groups) - 1)

    def section_page(self, type_):
        """A cursor over the decoded content of a section that is one page, or nothing."""
        section = self.sections.get(type_)
        if section is None:
            return None
        return coded_page(self.file, section.offset, section.stored, section.raw, section.codec,
                          CAPS.get(type_, 256 * MIB), section.name)

    def packed_section(self, type_):
        section = self.sections.get(type_)
        if section is None:
            return None
        return packed_page(self.file, section.offset, section.stored, section.name)
