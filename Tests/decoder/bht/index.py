"""FORMAT.md, *INDEX page*: the trees and times of a chunk."""
from dataclasses import dataclass, field

from .cursor import MASK, Cursor
from .names import Bits
from .pages import lz4_block, page

ERROR, ORPHAN, CUT, DUPLICATE, SHARED, ZERO_PARENT, LINKED_PARENT, LOST = (1 << n for n in range(8))
STATES_PARENT = ORPHAN | CUT | SHARED | ZERO_PARENT
V1, FILE_POSITIONS = 1, 2


@dataclass
class Outer:
    """A span in front of a piece, with children in it."""
    position: int  # in the trace
    start: int
    end: int
    id: bytes


@dataclass
class Slot:
    """A trace of a chunk, or the part of it that the chunk has."""
    first: int  # of its spans in the chunk
    spans: int
    dialect: int = 0
    start: int = 0


@dataclass
class Structure:
    slots: list = field(default_factory=list)
    outer: list = field(default_factory=list)
    # Places in the chunk; -1: a root; -2 - n: outer span n.
    parents: list = field(default_factory=list)
    operations: list = field(default_factory=list)
    marks: bytes = b""
    contexts: list = field(default_factory=list)
    file_positions: list = field(default_factory=list)
    branches: list = field(default_factory=list)
    starts: list = field(default_factory=list)
    ends: list = field(default_factory=list)


def read_index(file, chunk, names):
    """The structure of a chunk."""
    cursor = page(file, chunk.index_offset, chunk.index_length, "INDEX")
    length = cursor.varint()
    stored = cursor.take(length)
    if length != chunk.index_raw:
        stored = lz4_block(stored, chunk.index_raw, chunk.index_offset, "INDEX")
    inside = f"INDEX at {chunk.index_offset}, structure"
    found = read_structure(Cursor(stored, inside=inside), chunk, names)
    read_times(cursor, chunk, names, found)
    return found


def read_structure(cursor, chunk, names):
    found = Structure()
    flags = cursor.byte()
    cursor.need(flags < 2, "a reserved flag")
    if chunk.piece:
        found.slots = [Slot(0, chunk.spans)]
    else:
        first = 0
        for _ in range(chunk.slots):
            spans = cursor.varint()
            cursor.need(spans > 0, "a trace without spans")
            found.slots.append(Slot(first, spans))
            first += spans
        cursor.need(first == chunk.spans, "the traces do not add up to the chunk")
    if flags & 1:
        for slot in found.slots:
            slot.dialect = cursor.byte()
            cursor.need(slot.dialect < 4, "a reserved bit of a dialect")
    if chunk.piece:
        read_outer(cursor, chunk, found)
    read_depths(cursor, chunk, found)
    cursor.need(3 * chunk.spans <= cursor.left, "there are too few bytes for the spans")
    found.operations = [cursor.varint() for _ in range(chunk.spans)]
    cursor.need(max(found.operations) < len(names.operations), "an operation that is not there")
    found.marks = cursor.take(chunk.spans)
    found.contexts = [cursor.varint() for _ in range(chunk.spans)]
    found.file_positions = [0] * chunk.spans
    for slot in found.slots:
        if slot.dialect & FILE_POSITIONS:
            for place in range(slot.first, slot.first + slot.spans):
                found.file_positions[place] = cursor.signed()
    if chunk.piece:
        place = 0
        for _ in range(cursor.count(2)):
            place += cursor.varint()
            found.branches.append((place, cursor.varint()))
            cursor.need(place < chunk.spans, "a branch behind the piece")
    cursor.finish()
    return found


def read_outer(cursor, chunk, found):
    position = chunk.piece - 1
    for _ in range(cursor.count(4)):
        distance = cursor.varint()
        cursor.need(0 < distance <= position, "an outer span in front of its trace")
        position -= distance
        start = chunk.start + cursor.signed() & MASK
        end = start + cursor.signed() & MASK
        found.outer.append(Outer(position, start, end, cursor.string()))


def read_depths(cursor, chunk, found):
    """How many levels each span goes up from the one before it to its parent."""
    for slot in found.slots:
        # The levels above the next span, the nearest last.
        levels = [-2 - n for n in reversed(range(len(found.outer)))]
        for place in range(slot.first, slot.first + slot.spans):
            up = 0 if place == slot.first and not chunk.piece else cursor.varint()
            cursor.need(up <= len(levels), "a span above the root")
            del levels[len(levels) - up:]
            found.parents.append(levels[-1] if levels else -1)
            levels.append(place)


def read_times(cursor, chunk, names, found):
    bits = Bits(cursor)
    before = chunk.start
    for slot in found.slots:
        slot.start = before = before + names.starts.read(bits) & MASK
        previous = {}  # the last child seen of each parent
        for place in range(slot.first, slot.first + slot.spans):
            gaps, durations = names.times_of(found.operations[place])
            parent = found.parents[place]
            if parent >= 0:
                above = (found.starts[parent], found.ends[parent])
            elif parent <= -2:
                above = (found.outer[-2 - parent].start, found.outer[-2 - parent].end)
            else:
                above = (slot.start, None)
            sibling = previous.get(parent)
            if sibling is None:
                reference = above[0]
            else:
                reference = (found.starts if gaps.alternative else found.ends)[sibling]
            start = reference + gaps.read(bits) & MASK
            duration = durations.read(bits)
            if durations.alternative and parent != -1:
                end = above[1] - duration & MASK
            else:
                end = start + duration & MASK
            previous[parent] = place
            found.starts.append(start)
            found.ends.append(end)
    bits.finish()
