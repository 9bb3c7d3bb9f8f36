"""Reads the structure of a .bht v2 archive as FORMAT.md describes it, and nothing else to go by.

Prints a line a trace: its id, then for each span in pre-order service/name@parent:start-end. Checks
the checksums of all it reads. Usage: python3 bht_structure.py ARCHIVE
"""
import struct
import sys

MASK = (1 << 64) - 1
UNITS = [1, 10**3, 10**6, 10**9]
TABLE = []
for number in range(256):
    for _ in range(8):
        number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
    TABLE.append(number)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def page(data):
    assert struct.unpack_from("<I", data)[0] == crc32c(data[4:]), "a checksum is wrong"
    return data[4:]


def lz4(block, count):
    if len(block) == count:
        return block
    out, at = bytearray(), 0
    while at < len(block):
        token = block[at]
        at += 1
        length = token >> 4
        if length == 15:
            while True:
                length += block[at]
                at += 1
                if block[at - 1] < 255:
                    break
        out += block[at : at + length]
        at += length
        if at == len(block):
            break
        offset = block[at] | block[at + 1] << 8
        at += 2
        length = token & 15
        if length == 15:
            while True:
                length += block[at]
                at += 1
                if block[at - 1] < 255:
                    break
        for _ in range(length + 4):
            out.append(out[-offset])
    assert len(out) == count, "an LZ4 block has another length"
    return bytes(out)


class Cursor:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def signed(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def text(self):
        length = self.varint()
        self.at += length
        return self.data[self.at - length : self.at]

    def column(self, count):
        """A packed column."""
        values = []
        while len(values) < count:
            run = min(256, count - len(values))
            base, width, exceptions = self.varint(), self.byte(), self.varint()
            size = (run * width + 7) // 8
            bits = int.from_bytes(self.data[self.at : self.at + size], "little")
            self.at += size
            found = [bits >> i * width & (1 << width) - 1 for i in range(run)]
            place = 0
            for _ in range(exceptions):
                place += self.varint()
                found[place] += self.varint() << width
            values += [base + value for value in found]
        return values


def zigzag(value):
    return value >> 1 ^ -(value & 1)


def description(cursor):
    spans, traces = cursor.varint(), cursor.varint()
    sections = {}
    for _ in range(cursor.varint()):
        kind, codec = cursor.byte(), cursor.byte()
        sections[kind] = (cursor.varint(), cursor.varint(), cursor.varint())
    count = cursor.varint()
    columns = [cursor.column(count) for _ in range(8)]
    chunks, start = [], 0
    for t, s, begin, trace_ids, span_ids, index, raw, blocks in zip(*columns):
        start = start + zigzag(begin) & MASK
        chunks.append((t, s, start, zigzag(trace_ids) + 16 * t, index, raw))
    assert sum(c[0] for c in chunks) == traces and sum(c[1] for c in chunks) == spans
    return sections, chunks


class Column:
    """A time column: its unit, precision and codes by (length, bits)."""

    def __init__(self, cursor):
        head = cursor.byte()
        assert head < 32
        self.unit, self.precision = UNITS[head & 3], head >> 2 & 3
        self.alternative = head & 16 != 0
        first, count = cursor.varint(), cursor.varint()
        self.single = first if count == 1 else None
        lengths = []
        if count > 1:
            for _ in range((count + 1) // 2):
                byte = cursor.byte()
                lengths += [byte & 15, byte >> 4]
        self.codes, code = {}, 0
        for length in range(1, 11):
            code <<= 1
            for symbol, own in enumerate(lengths[:count]):
                if own == length:
                    self.codes[length, code] = first + symbol
                    code += 1

    def next(self, bits):
        symbol = self.single
        length = code = 0
        while symbol is None:
            code, length = code << 1 | bits.take(1), length + 1
            symbol = self.codes.get((length, code))
            assert length <= 10
        bucket, precision = symbol >> 1, self.precision
        if bucket < 1 << precision:
            magnitude = bucket
        else:
            below = (bucket >> precision) - 1
            magnitude = bucket - (below << precision) << below | bits.take(below)
        return (-magnitude if symbol & 1 else magnitude) * self.unit


class Bits:
    def __init__(self, data):
        self.value, self.left = int.from_bytes(data, "little"), len(data) * 8

    def take(self, count):
        self.left -= count
        assert self.left >= 0, "the times end too early"
        value = self.value & (1 << count) - 1
        self.value >>= count
        return value


def names(data):
    cursor = Cursor(data)
    services = [cursor.text() for _ in range(cursor.varint())]
    operations = []
    for _ in range(cursor.varint()):
        service, _ = cursor.varint(), cursor.signed()
        operations.append((services[service], cursor.text()))
    own = cursor.varint()
    columns = [Column(cursor) for _ in range(2 * own + 3)]
    assert cursor.at == len(data)
    return operations, own, columns


def trace_ids(data, count):
    cursor = Cursor(data)
    if cursor.byte() == 1:
        return [cursor.text() for _ in range(count)]
    return [data[1 + 16 * i : 17 + 16 * i] for i in range(count)]


def chunk(stored, ids, of, operations, own, columns):
    traces, spans, chunk_start, _, _, raw = of
    content = page(stored)
    cursor = Cursor(content)
    length = cursor.varint()
    bits = Bits(content[cursor.at + length :])
    cursor = Cursor(lz4(content[cursor.at : cursor.at + length], raw))
    flags = cursor.byte()
    counts = [cursor.varint() for _ in range(traces)]
    if flags & 1:
        cursor.at += traces
    parents = []
    for count in counts:
        tree = []
        for position in range(count):
            parent = position - 1
            if position:
                for _ in range(cursor.varint()):
                    parent = tree[parent]
            tree.append(parent)
        parents.append(tree)
    numbers = [cursor.varint() for _ in range(spans)]
    trace_start, first = chunk_start, 0
    for identifier, tree in zip(ids, parents):
        trace_start = trace_start + columns[0].next(bits) & MASK
        starts, ends, last, words = [], [], {}, []
        for position, parent in enumerate(tree):
            number = numbers[first + position]
            gaps = columns[1 + 2 * min(number, own)]
            durations = columns[2 + 2 * min(number, own)]
            previous = last.get(parent)
            if previous is not None:
                start = starts[previous] if gaps.alternative else ends[previous]
            else:
                start = starts[parent] if parent >= 0 else trace_start
            start = start + gaps.next(bits) & MASK
            duration = durations.next(bits)
            if durations.alternative and parent >= 0:
                end = ends[parent] - duration & MASK
            else:
                end = start + duration & MASK
            starts.append(start)
            ends.append(end)
            last[parent] = position
            service, name = operations[number]
            words.append(f"{service.hex()}/{name.hex()}@{parent}:{start}-{end}")
        print(identifier.hex(), *words)
        first += len(tree)
    assert bits.left < 8 and bits.value == 0


def main(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"BHT2" and data[-4:] == b"2THB" and len(data) % 64 == 0
    footer = data[-64:]
    assert struct.unpack_from("<I", footer, 56)[0] == crc32c(footer[:56])
    _, length, checksum = struct.unpack_from("<QII", footer)
    top = data[-64 - length : -64]
    assert checksum == crc32c(top)
    cursor, end = Cursor(top), 64
    for _ in range(cursor.varint()):
        offset = end + cursor.varint()
        end = offset + cursor.varint()
        sections, chunks = description(cursor)

        def section(kind):
            start, stored, raw = sections[kind]
            return data[offset + start : offset + start + stored], raw

        stored, raw = section(8)
        known = names(lz4(page(stored), raw))
        index, ids = section(7)[0], section(6)[0]
        for of in chunks:
            found = trace_ids(page(ids[: of[3]]), of[0])
            chunk(index[: of[4]], found, of, *known)
            index, ids = index[of[4] :], ids[of[3] :]


main(sys.argv[1])
