"""FORMAT.md, *Payload blocks*: spans, events, links and their values out of a part's streams."""
import struct

from .cursor import MASK
from .names import UNITS
from .tables import (ABSENT, ARRAY, BOOL, DOUBLE, EMPTY, HAS_EVENTS, HAS_LINKS, HEX, INT, LIST,
                     NUMBER, PADDED, TEXT, EventShape, Slots, SpanShape)

SHORTEST, LONGEST = 8, 64  # random bytes that can be repeated by reference
FIRST_TEMPLATE = 16


class SpanReader:
    """Reads the spans of one part; `ids` are those of the span at hand."""

    def __init__(self, part, tables):
        self.part, self.tables = part, tables
        self.codes, self.text, self.random = part.codes, part.text, part.random
        self.ids = (b"", b"", b"")
        self.start = 0

    def span(self, operation, ids, start):
        """(shape number or nothing, shape, values, events, links) of the next span."""
        self.ids, self.start = ids, start
        number = self.codes.varint()
        if number:
            shapes = self.tables.shapes[operation]
            self.codes.need(number <= len(shapes), f"there is no shape {number - 1}")
            shape = shapes[number - 1]
        else:
            flags = self.codes.byte()
            self.codes.need(flags < 8, "a reserved flag of a span")
            shape = SpanShape(flags, self.codes.signed(), self._inline_slots())
        values = self._values(shape.slots)
        events = links = ()
        if shape.flags & HAS_EVENTS:
            events = [self._event() for _ in range(self.codes.count(2))]
        if shape.flags & HAS_LINKS:
            links = [self._link() for _ in range(self.codes.count(3))]
        return number, shape, values, events, links

    def _inline_slots(self):
        words = [self.tables.check_word(self.codes, self.codes.varint())
                 for _ in range(self.codes.count())]
        return Slots(words, [None] * len(words))

    def _values(self, slots):
        """(word, value, whether it is a constant) of all slots."""
        return [(word, constant[0], True) if constant else (word, self._value(word), False)
                for word, constant in zip(slots.words, slots.constants)]

    def _event(self):
        number = self.codes.varint()
        if number:
            shapes = self.tables.event_shapes
            self.codes.need(number <= len(shapes), f"there is no event shape {number - 1}")
            shape = shapes[number - 1]
        else:
            name = self.text.take(self.codes.varint())
            shape = EventShape(name, 0, self._inline_slots())
        time = self.start + self.codes.signed() * UNITS[shape.unit] & MASK
        return number, shape.name, time, self._values(shape.slots)

    def _link(self):
        number = self.codes.varint()
        if number:
            shapes = self.tables.link_shapes
            self.codes.need(number <= len(shapes), f"there is no link shape {number - 1}")
            slots = shapes[number - 1]
        else:
            slots = self._inline_slots()
        head = self.codes.varint()
        if head == 0:
            trace = self.ids[0]
        else:
            trace = self.random.take(16 if head == 1 else head - 2)
        head = self.codes.varint()
        span = self.random.take(8 if head == 0 else head - 1)
        return number, trace, span, self._values(slots)

    # Values

    def _value(self, word):
        kind = word & 15
        if kind in (ABSENT, EMPTY):
            return None
        if kind == BOOL:
            return bool(self.codes.byte())
        if kind == INT:
            return self.codes.signed()
        if kind == DOUBLE:
            return self._double()
        return self._string(word, kind)

    def _double(self):
        """The bits of a double."""
        head = self.codes.varint()
        if head == 0:
            return self.random.fixed(8)
        self.codes.need(head <= 16, f"{head - 1} decimal places")
        quotient = float(self.codes.signed()) / float(10**(head - 1))
        return int.from_bytes(struct.pack("<d", quotient), "little")

    def _string(self, word, kind):
        code = self.codes.varint()
        if 1 <= code <= 7:
            self.codes.need(kind == TEXT, f"the code {code} of a value that is no text")
        if code == 0:
            return self.text.take(self.codes.varint())
        if code == 1:
            return self._random_bytes(self.codes.varint()).hex().encode()
        if code == 2:
            digits = self._random_bytes(16).hex()
            return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20],
                             digits[20:])).encode()
        if code == 3:
            return str(self.codes.varint()).encode()
        if code == 4:
            return ".".join(str(byte) for byte in self.random.take(4)).encode()
        if code <= 7:
            return self.ids[code - 5].hex().encode()
        if code == 8:
            return self._heavy()
        self.codes.need(code >= FIRST_TEMPLATE, f"the reserved code {code}")
        return self._from_tables(word, kind, code - FIRST_TEMPLATE)

    def _heavy(self):
        offset, length = self.codes.varint(), self.codes.varint()
        part = self.part
        self.codes.need(part.heavy_end <= offset, "HEAVY values overlap")
        self.codes.need(offset + length <= len(part.heavy), "a value behind the HEAVY bytes")
        part.heavy_end = offset + length
        return part.heavy[offset:offset + length]

    def _from_tables(self, word, kind, number):
        templates = self.tables.templates.get(word, ())
        if number < len(templates):
            self.codes.need(kind in (TEXT, ARRAY, LIST), f"a template of kind {kind}")
            return self._filled(templates[number])
        values = self.tables.values.get(word, ())
        self.codes.need(number - len(templates) < len(values),
                        f"there is no value {number - len(templates)} of word {word}")
        return values[number - len(templates)]

    def _filled(self, template):
        out = [template.literals[0]]
        for (type_, width), literal in zip(template.variables, template.literals[1:]):
            out.append(self._variable(type_, width))
            out.append(literal)
        return b"".join(out)

    def _variable(self, type_, width):
        if type_ in (NUMBER, PADDED):
            digits = str(self.codes.varint())
            most = 18 if type_ == NUMBER else width
            self.codes.need(len(digits) <= most, f"{len(digits)} digits, not {most}")
            return digits.rjust(width, "0").encode()
        if type_ == HEX:
            digits = self._random_bytes((width + 1) // 2).hex()
            if width % 2:
                # The last odd digit is in a low half byte, so a zero stands in front of it.
                self.random.need(digits[-2] == "0", "a high half byte is not zero")
                digits = digits[:-2] + digits[-1]
            return digits.encode()
        return self.text.take(self.codes.varint())

    def _random_bytes(self, length):
        """The next random bytes, or of 8 to 64 those of an earlier value of the part."""
        if not SHORTEST <= length <= LONGEST:
            return self.random.take(length)
        back = self.codes.varint()
        seen = self.part.seen
        if back == 0:
            seen.append(self.random.take(length))
            return seen[-1]
        self.codes.need(back <= len(seen), "a reference in front of the part")
        self.codes.need(len(seen[-back]) == length, "a reference to bytes of another length")
        return seen[-back]
