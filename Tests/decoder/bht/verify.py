"""All that an archive says of its spans beside the spans, made anew from the spans and compared."""
from dataclasses import dataclass, field

from . import canonical, directory, sections
from .cursor import MASK, Malformed
from .index import LOST
from .segment import (AUDIT, METADATA, POSTINGS, ROLLUP, SPAN_LOOKUP, VALUES, ZONES)
from .tables import BYTES, DOUBLE, FIRST_KEY, INT, TEXT

LARGE_TRACE = 65_536
FEATURES = {1: ZONES, 2: POSTINGS, 4: VALUES, 8: ROLLUP, 16: SPAN_LOOKUP, 32: AUDIT}


@dataclass
class Trace:
    """A trace over all its chunks."""
    id: bytes
    start: int
    spans: int = 0
    latest: int = 0
    # Of each segment with a part of it: the first chunk there, the slot, and its payload groups.
    parts: dict = field(default_factory=dict)


def same(found, expected, what, offset):
    if found != expected:
        raise Malformed(
            f"{what}: {found!r:.300} is stored, the spans say {expected!r:.300}", offset)


def verify(archive):
    """Verifies everything and says how much there was."""
    traces, of_chunk = gather(archive)
    footer = archive.footer
    same(footer.traces, len(traces), "traces", footer.offset)
    same(footer.spans, sum(trace.spans for trace in traces), "spans", footer.offset)
    present, checked = set(), {}
    chunk = 0
    for number, segment in enumerate(archive.segments):
        content = SegmentContent(segment, of_chunk[chunk:chunk + len(segment.chunks)])
        summary(archive, number, content, [trace for trace in traces if number in trace.parts])
        for name, check in CHECKS.items():
            checked[name] = checked.get(name, 0) + check(content)
        for type_ in (METADATA, AUDIT):
            sections.read_strings(segment, type_)
        present |= set(segment.sections)
        location(archive.locations[number], segment)
        chunk += len(segment.chunks)
    bits = sum(bit for bit, type_ in FEATURES.items() if type_ in present)
    same(footer.features[2] & 63, bits, "compatible features", footer.offset)
    lookup(archive, traces)
    return canonical.line({"traces": len(traces), "spans": footer.spans, "sections": checked})


def gather(archive):
    """All traces, and for each chunk those of its slots."""
    traces, of_chunk = [], []
    for segment_number, segment in enumerate(archive.segments):
        for number, chunk in enumerate(segment.chunks):
            found, ids = segment.structure(number), segment.trace_ids(number)
            here = []
            for slot_number, slot in enumerate(found.slots):
                if chunk.piece <= 1:
                    traces.append(Trace(ids[slot_number], slot.start))
                trace = traces[-1] if traces else Trace(b"", 0)
                same(ids[slot_number], trace.id, "the id of a piece", chunk.ids_offset)
                same(slot.start, trace.start, "the start of a piece", chunk.index_offset)
                same(max(chunk.piece - 1, 0), trace.spans, "the position of a piece",
                     chunk.index_offset)
                run = range(slot.first, slot.first + slot.spans)
                trace.spans += slot.spans
                trace.latest = max(trace.latest, *(found.starts[n] for n in run),
                                   *(found.ends[n] for n in run))
                part = trace.parts.setdefault(
                    segment_number, (len(of_chunk), slot_number, set()))
                part[2].update(segment.group_of(segment.names.operations[found.operations[n]][0])
                               for n in run)
                here.append(trace)
            of_chunk.append(here)
            if found.slots and number < len(segment.chunks):
                same(chunk.start, found.slots[0].start, "the start of a chunk", segment.offset)
    return traces, of_chunk


def lookup(archive, traces):
    """Look-up has an entry for each trace and segment."""
    footer, expected = archive.footer, []
    kinds = [segment.kinds for segment in archive.segments]
    for trace in traces:
        key = directory.trace_hash(trace.id) >> 64 - footer.key_bits
        for segment, (chunk, slot, groups) in trace.parts.items():
            expected.append((key, chunk, slot, sum(1 << group for group in groups), segment))
    expected.sort()
    pages = directory.read_lookup(archive.file, footer)
    rows = [row for page in pages for row in page]
    same(len(rows), len(expected), "entries of look-up", footer.directory)
    for row, (*place, groups, segment) in zip(rows, expected):
        same(list(row[:3]), place, "an entry of look-up", footer.directory)
        if row[3]:
            if row[3] > len(kinds[segment]):
                raise Malformed("a kind that is not there", footer.directory)
            same(kinds[segment][row[3] - 1], groups, "the kind of a trace", footer.directory)
    for trace in traces:
        hash_ = directory.trace_hash(trace.id)
        page = pages[directory.page_of(hash_, footer.lookup_pages)]
        if not any(row[0] == hash_ >> 64 - footer.key_bits for row in page):
            raise Malformed("a trace is not in its look-up page", footer.directory)


def location(row, segment):
    """LOCATIONS says how long the last parts of a segment are."""
    def stored(*types):
        return sum(segment.sections[type_].stored for type_ in types if type_ in segment.sections)
    _, _, head, names, index, tables, chunks = row
    expected = (segment.head_length, stored(ZONES, 8), stored(7), stored(3, 4), len(segment.chunks))
    same((head, names, index, tables, chunks), expected, "LOCATIONS", segment.offset)


def summary(archive, number, content, traces):
    """SUMMARIES against the segment's traces and spans."""
    if not content.spans:
        return
    stored = dict(archive.summaries[number])
    expected = {
        "traces": content.segment.traces, "spans": len(content.spans),
        "first start": min(trace.start for trace in traces),
        "last start": max(trace.start for trace in traces),
        "end": max(max(span.start, span.end) for _, span, _ in content.spans),
        "longest trace": max(trace.latest - trace.start for trace in traces),
        "longest span": max(duration(span) for _, span, _ in content.spans),
        "errors": sum(span.shape.status == 2 for _, span, _ in content.spans)}
    if archive.services:
        used = {span.operation[0] for _, span, _ in content.spans}
        expected["services"] = [n for n, name in enumerate(archive.services) if name in used]
        same(used <= set(archive.services), True, "services of SUMMARIES", archive.footer.directory)
    else:
        del stored["services"]
    same(stored, expected, f"the summary of segment {number}", archive.footer.directory)


def duration(span):
    return max(span.end - span.start, 0)


class SegmentContent:
    """A segment with all its spans: (chunk, span, marks), and the values of its slots."""

    def __init__(self, segment, traces):
        self.segment, self.traces, self.spans = segment, traces, []
        for number in range(len(segment.chunks)):
            found, spans = segment.read_chunk(number)
            for span in spans:
                mark = found.marks[span.place]
                if not mark & LOST:
                    same(mark & 1, int(span.shape.status == 2), "the mark of an error",
                         segment.chunks[number].index_offset)
                self.spans.append((number, span, mark))

    def values(self):
        """(chunk, word, value) of slots that are no constants, of spans, events and links."""
        for chunk, span, _ in self.spans:
            for values in (span.values, *(event[3] for event in span.events),
                           *(link[3] for link in span.links)):
                for word, value, is_constant in values:
                    if not is_constant:
                        yield chunk, word, value


def zones(content):
    segment = content.segment
    stored = sections.read_zones(segment)
    if stored is None:
        return 0
    offset, expected = segment.sections[ZONES].offset, {name: [] for name in stored.columns}
    by_chunk = [[] for _ in segment.chunks]
    for chunk, span, _ in content.spans:
        by_chunk[chunk].append(span)
    for chunk, spans, traces in zip(segment.chunks, by_chunk, content.traces):
        latest = max(max(span.start, span.end) for span in spans)
        expected["latest end"].append(sections.rounded(latest - chunk.start & MASK))
        expected["longest trace"].append(
            sections.rounded(max(trace.latest - trace.start for trace in traces)))
        expected["longest span"].append(sections.rounded(max(map(duration, spans))))
        expected["errors"].append(sum(span.shape.status == 2 for span in spans))
        kinds = {span.operation[1] for span in spans}
        expected["kinds"].append(
            sum(1 << kind for kind in {kind if 0 <= kind <= 5 else 7 for kind in kinds}))
    same(stored.columns, expected, "ZONES", offset)
    for word, rows in stored.words.items():
        same(rows, [zone(word, spans) for spans in by_chunk], f"ZONES of word {word}", offset)
    return 1


def zone(word, spans):
    """The orders of a word's least and greatest value among the attributes of spans."""
    kind = word & 15
    found = [value for span in spans for own, value, _ in span.values if own == word]
    if kind == DOUBLE and any(is_nan(bits) for bits in found):
        return "any"
    orders = [sections.order(kind, value) for value in found]
    if not orders:
        return None
    low, high = min(orders), max(orders)
    return "any" if high - low + 1 >= MASK else (low, high)


def is_nan(bits):
    return bits & MASK >> 1 > 0x7FF << 52


def postings(content):
    segment = content.segment
    stored = sections.read_postings(segment)
    if stored is None:
        return 0
    found, words = stored
    tables, expected = segment.tables, {}
    places = {word: {value: n for n, value in enumerate(values)}
              for word, values in tables.values.items()}

    def note(chunk, *what):
        expected.setdefault(what, set()).add(chunk)
    for chunk, span, _ in content.spans:
        operation, resource, scope, shape = span.numbers
        note(chunk, "operation", operation)
        note(chunk, "resource", resource)
        note(chunk, "scope", scope)
        note(chunk, *(("shape", operation, shape - 1) if shape else ("inline spans",)))
        for kind, records in (("event", span.events), ("link", span.links)):
            for number, *_ in records:
                note(chunk, *((f"{kind} shape", number - 1) if number else (f"inline {kind}s",)))
    for chunk, word, value in content.values():
        if word in words:
            note(chunk, "int", word, value)
        elif word in places and value in places[word]:
            note(chunk, "value", word, places[word][value])
    offset = segment.sections[POSTINGS].offset
    for what, chunks in found.items():
        if chunks != "any":
            same(chunks, expected.get(what, set()), f"the posting of {what}", offset)
    same(set(expected) - set(found), set(), "what POSTINGS lacks", offset)
    return 1


def values(content):
    segment = content.segment
    stored = sections.read_hashed(segment, VALUES)
    if stored is None and not segment.indexed:
        return 0
    offset = segment.sections[VALUES].offset if stored else segment.offset
    bits, _, entries = stored or (1, 0, [])
    listed = sections.read_postings(segment)
    listed = listed[1] if listed else ()
    tables = {word: set(values) for word, values in segment.tables.values.items()}
    pairs = {word: set() for word in segment.indexed}
    for chunk, word, value in content.values():
        if word in pairs and word & 15 in (TEXT, INT, BYTES) and word not in listed:
            if value not in tables.get(word, ()):
                pairs[word].add((value, chunk))
    counts = {word: len(found) for word, found in pairs.items()}
    same(segment.indexed, counts, "entries of VALUES", offset)
    expected = {(value_hash(segment.tables, word, value) >> 64 - bits, chunk)
                for word, found in pairs.items() for value, chunk in found}
    same(entries, sorted(expected), "VALUES", offset)
    return 1


def value_hash(tables, word, value):
    key, kind = word >> 4, word & 15
    name = tables.key(word) if key >= FIRST_KEY else bytes((key,))
    if kind == INT:
        value = (value & MASK).to_bytes(8, "little")
    return directory.trace_hash(bytes((kind,)) + name + b"\xff" + value)


def span_lookup(content):
    segment = content.segment
    stored = sections.read_hashed(segment, SPAN_LOOKUP)
    if stored is None:
        return 0
    bits, _, entries = stored
    expected = {(directory.trace_hash(span.id) >> 64 - bits, chunk)
                for chunk, span, _ in content.spans
                if content.traces[chunk][span.slot].spans > LARGE_TRACE}
    same(entries, sorted(expected), "SPAN_LOOKUP", segment.sections[SPAN_LOOKUP].offset)
    return 1


def rollup(content):
    stored = sections.read_rollup(content.segment)
    if stored is None:
        return 0
    width, buckets = stored
    expected = {}
    for _, span, _ in content.spans:
        bucket = expected.setdefault(span.start // width if width else 0, {})
        cell = span.numbers[0] * 2 + (span.shape.status == 2)
        count, total, bands = bucket.get(cell, (0, 0, {}))
        length = duration(span)
        band = (length - 1).bit_length() + 1 if length else 0
        bands[band] = bands.get(band, 0) + 1
        bucket[cell] = (count + 1, min(total + length, MASK), bands)
    same(buckets, expected, "ROLLUP", content.segment.sections[ROLLUP].offset)
    return 1


CHECKS = {"ZONES": zones, "POSTINGS": postings, "VALUES": values, "SPAN_LOOKUP": span_lookup,
          "ROLLUP": rollup}
