"""FORMAT.md, *The file*: segments, chunks, traces and spans of an archive, in their order."""
from dataclasses import dataclass
from functools import cached_property

import zstandard

from . import blocks, directory, ids
from .cursor import Malformed
from .index import V1, read_index
from .names import Names
from .segment import DICTIONARY, NAMES, TABLES, Segment
from .spans import SpanReader
from .tables import Tables


@dataclass
class Span:
    trace: bytes
    id: bytes
    parent: bytes
    operation: tuple  # (service, kind, name)
    start: int
    end: int
    shape: object
    values: list
    events: list
    links: list
    resource: dict
    scope: dict
    is_v1: bool
    # Where it lies, for checks of the sections.
    slot: int
    place: int
    numbers: tuple  # of operation, context's resource and scope, shape (0: inline)


class ReadSegment(Segment):
    """A segment and what its spans refer to."""

    @cached_property
    def names(self):
        return Names(self._needed(NAMES))

    @cached_property
    def tables(self):
        return Tables(self._needed(TABLES), len(self.names.operations))

    def _needed(self, type_):
        cursor = self.section_page(type_)
        if cursor is None:
            raise Malformed(f"a segment without the section {type_}", self.offset)
        return cursor

    @cached_property
    def dictionary(self):
        cursor = self.section_page(DICTIONARY)
        if cursor is None:
            return None
        try:
            made = zstandard.ZstdCompressionDict(
                cursor.rest(), dict_type=zstandard.DICT_TYPE_FULLDICT)
            zstandard.ZstdDecompressor(dict_data=made)
            return made
        except zstandard.ZstdError as error:
            cursor.fail(f"a dictionary: {error}")

    @cached_property
    def id_pages(self):
        return ids.id_pages(self)

    @cached_property
    def _payload(self):
        return [GroupPayload(self, group) for group in self.groups]

    def structure(self, number):
        return read_index(self.file, self.chunks[number], self.names)

    def trace_ids(self, number):
        return ids.read_trace_ids(self.file, self.chunks[number])

    def span_ids(self, number, found):
        """The payload group of each span of a chunk, their ids and their parent ids."""
        own, home = ids.homes(self, self.chunks[number], found, self.names)
        return own, *ids.read_span_ids(self, self.id_pages, number, found, home)

    def read_chunk(self, number):
        """The structure of chunk `number` and its spans."""
        found, trace_ids = self.structure(number), self.trace_ids(number)
        own, span_ids, parent_ids = self.span_ids(number, found)
        for group, payload in enumerate(self._payload):
            if self.groups[group].spans[number] != own.count(group):
                payload.fail("a group has not the spans that the group table says")
        readers = [payload.readers(number) for payload in self._payload]
        spans = []
        for slot_number, slot in enumerate(found.slots):
            for place in range(slot.first, slot.first + slot.spans):
                operation = found.operations[place]
                names = (trace_ids[slot_number], span_ids[place], parent_ids[place])
                payload = readers[own[place]].span(operation, names, found.starts[place])
                spans.append(self._span(found, slot_number, place, names, payload))
        for reader in readers:
            reader.finish()
        return found, spans

    def _span(self, found, slot, place, names, payload):
        tables, operation = self.tables, found.operations[place]
        contexts = tables.contexts[operation]
        if found.contexts[place] >= len(contexts):
            tables.cursor.fail("a context that is not there")
        resource, scope = contexts[found.contexts[place]]
        service, kind, name = self.names.operations[operation]
        number, shape, values, events, links = payload
        return Span(*names, (self.names.services[service], kind, name), found.starts[place],
                    found.ends[place], shape, values, events, links, tables.resources[resource],
                    tables.scopes[scope], bool(found.slots[slot].dialect & V1), slot, place,
                    (operation, resource, scope, number))


class GroupPayload:
    """The blocks of a payload group; the last one read is kept."""

    def __init__(self, segment, group):
        self.segment, self.group = segment, group
        self.runs = list(blocks.chunk_runs(group))
        self.of_chunk = {}
        for number, (_, runs) in enumerate(self.runs):
            for chunk, _ in runs:
                self.of_chunk.setdefault(chunk, []).append(number)
        self.kept = (None, {})

    @cached_property
    def heavy(self):
        return blocks.heavy_stream(self.segment.file, self.group, self.segment.dictionary)

    def fail(self, what):
        self.segment.tables.cursor.fail(what)

    def readers(self, chunk):
        return ChunkReader([self._part(number, chunk) for number in self.of_chunk.get(chunk, ())],
                           self.segment.tables)

    def _part(self, number, chunk):
        block, runs = self.runs[number]
        # A part is read once; whoever asks for it again has its block decoded again.
        if self.kept[0] != number or chunk not in self.kept[1]:
            parts = blocks.read_block(
                self.segment.file, block, runs, self.heavy, self.segment.dictionary)
            self.kept = (number, {own: (part, spans) for (own, spans), part in zip(runs, parts)})
        return self.kept[1].pop(chunk)


class ChunkReader:
    """The spans a group has in a chunk: those of one part after the other."""

    def __init__(self, parts, tables):
        self.parts, self.tables = parts, tables
        self.reader, self.left = None, 0

    def span(self, *which):
        if self.left == 0:
            self.finish()
            part, self.left = self.parts.pop(0)
            self.reader = SpanReader(part, self.tables)
        self.left -= 1
        return self.reader.span(*which)

    def finish(self):
        """Nothing may be left behind the spans of a part."""
        if self.reader:
            self.reader.part.finish()


class Archive:
    def __init__(self, file):
        self.file = file
        self.header_features = directory.read_header(file)
        self.footer = directory.last_footer(file)
        self.locations = directory.read_locations(file, self.footer)
        self.services, self.summaries = directory.read_summaries(file, self.footer)
        self._segments = {}

    def segment(self, number):
        """Segment `number`; only the last one asked for is kept."""
        if number not in self._segments:
            offset, length = self.locations[number][:2]
            self._segments = {number: ReadSegment(self.file, offset, length)}
        return self._segments[number]

    @property
    def segments(self):
        return (self.segment(number) for number in range(len(self.locations)))

    def spans(self):
        """All spans, each with the tables of its segment."""
        for segment in self.segments:
            for number in range(len(segment.chunks)):
                for span in segment.read_chunk(number)[1]:
                    yield span, segment.tables

    def trace(self, trace_id):
        """The spans of an id, found by look-up, each with the tables of its segment."""
        firsts = [0]
        for row in self.locations:
            firsts.append(firsts[-1] + row[-1])
        for chunk, slot, _ in directory.find(self.file, self.footer, trace_id):
            if chunk >= firsts[-1]:
                raise Malformed("a chunk that is not there", self.footer.directory)
            number = max(n for n, first in enumerate(firsts[:-1]) if first <= chunk)
            yield from self._trace_in(self.segment(number), chunk - firsts[number], slot, trace_id)

    def _trace_in(self, segment, number, slot, trace_id):
        if slot >= segment.chunks[number].slots:
            raise Malformed("a slot that is not there", self.footer.directory)
        if segment.trace_ids(number)[slot] != trace_id:
            return
        more = True
        while more:
            for span in segment.read_chunk(number)[1]:
                if span.slot == slot:
                    yield span, segment.tables
            number += 1
            more = number < len(segment.chunks) and segment.chunks[number].piece > 1
