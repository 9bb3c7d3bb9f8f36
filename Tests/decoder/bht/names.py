"""FORMAT.md, *NAMES*: services, operations, and the prefix codes of times."""
from .cursor import MASK

UNITS = (1, 10**3, 10**6, 10**9)
LONGEST_CODE = 10
MOST_OWN = 1024


class Bits:
    """A stream of bits, the lowest of each byte first."""

    def __init__(self, cursor):
        self.cursor, self.offset = cursor, cursor.at
        self.left = 8 * cursor.left
        self.bits = int.from_bytes(cursor.rest(), "little")
        self.at = 0

    def take(self, count):
        if count > self.left - self.at:
            self.cursor.fail("the bits of times end too early")
        # A window of the whole number: shifting all of it for each time would cost a square.
        first = self.at >> 3
        window = self.cursor.data[self.offset + first:self.offset + (self.at + count + 7 >> 3)]
        value = int.from_bytes(window, "little") >> (self.at & 7) & (1 << count) - 1
        self.at += count
        return value

    def finish(self):
        if self.left - self.at > 7 or self.take(self.left - self.at):
            self.cursor.fail("bits are left behind the last time")


class TimeColumn:
    """How one kind of time is written."""

    def __init__(self, cursor):
        head = cursor.byte()
        cursor.need(head < 32, "a reserved bit of a time column")
        self.unit, self.precision, self.alternative = UNITS[head & 3], head >> 2 & 3, head >> 4
        first, symbols = cursor.varint(), cursor.varint()
        most = 2 * (65 - self.precision) << self.precision
        cursor.need(first + symbols <= most, f"symbols up to {first + symbols}")
        self.codes, self.only = {}, None
        if symbols == 1:
            self.only = first
        elif symbols > 1:
            packed = cursor.fixed((symbols + 1) // 2)
            cursor.need(packed >> 4 * symbols == 0, "a code length behind the last")
            self._number(cursor, first, [packed >> 4 * n & 15 for n in range(symbols)])

    def _number(self, cursor, first, lengths):
        """RFC 1951, 3.2.2: codes of one length are numbered in the order of their symbols."""
        cursor.need(max(lengths) <= LONGEST_CODE, "a code is too long")
        code = 0
        for length in range(1, LONGEST_CODE + 1):
            code <<= 1
            for n, own in enumerate(lengths):
                if own == length:
                    self.codes[length, code] = first + n
                    code += 1
        cursor.need(code == 1 << LONGEST_CODE, "code lengths do not fill the code space")

    def _symbol(self, bits):
        if self.only is not None:
            return self.only
        code = 0
        for length in range(1, LONGEST_CODE + 1):
            code = code << 1 | bits.take(1)
            symbol = self.codes.get((length, code))
            if symbol is not None:
                return symbol
        bits.cursor.fail("bits that are no code")

    def read(self, bits):
        """The next time, in ns, modulo 2^64."""
        symbol = self._symbol(bits)
        bucket = symbol >> 1
        if bucket >> self.precision == 0:
            magnitude = bucket
        else:
            low = (bucket >> self.precision) - 1
            top = bucket - (low << self.precision)
            magnitude = top << low | bits.take(low)
        return (-magnitude if symbol & 1 else magnitude) * self.unit & MASK


class Names:
    def __init__(self, cursor):
        self.services = [cursor.string() for _ in range(cursor.count())]
        self.operations = []
        for _ in range(cursor.count(3)):
            service, kind, name = cursor.varint(), cursor.signed(), cursor.string()
            cursor.need(service < len(self.services), f"there is no service {service}")
            cursor.need(-1 << 31 <= kind < 1 << 31, f"a span kind {kind}")
            self.operations.append((service, kind, name))
        self.own = cursor.varint()
        cursor.need(self.own <= min(MOST_OWN, len(self.operations)), f"{self.own} own columns")
        self.starts = TimeColumn(cursor)
        self.times = [(TimeColumn(cursor), TimeColumn(cursor)) for _ in range(self.own + 1)]
        cursor.finish()

    def times_of(self, operation):
        return self.times[min(operation, self.own)]
