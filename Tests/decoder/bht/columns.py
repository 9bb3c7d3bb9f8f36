"""FORMAT.md, *Packed column*, and sums of what columns hold."""
from .cursor import MASK, zigzag

RUN = 256
LARGEST_WIDTH = 56


def column(cursor, count):
    """The `count` values of a packed column."""
    # Each run takes three bytes at least, so that a count out of nowhere makes no long list.
    cursor.need(-(-count // RUN) * 3 <= cursor.left, f"a column of {count} values does not fit")
    values = []
    for first in range(0, count, RUN):
        values += run(cursor, min(RUN, count - first))
    return values


def run(cursor, count):
    base, width, exceptions = cursor.varint(), cursor.byte(), cursor.varint()
    cursor.need(width <= LARGEST_WIDTH, f"a width of {width} bits")
    cursor.need(exceptions <= count, f"{exceptions} exceptions of {count} values")
    packed = cursor.fixed((count * width + 7) // 8)
    low = (1 << width) - 1
    values = [packed >> n * width & low for n in range(count)]
    cursor.need(packed >> count * width == 0, "bits behind the last value")
    position = 0
    for number in range(exceptions):
        distance = cursor.varint()
        cursor.need(number == 0 or distance > 0, "exceptions do not ascend")
        position += distance
        cursor.need(position < count, "an exception behind the last value")
        values[position] |= cursor.varint() << width
    values = [base + value for value in values]
    cursor.need(max(values) <= MASK, "a value has more than 64 bits")
    return values


def sums(distances, first=0):
    """Numbers from their distances, modulo 2^64."""
    values = []
    for distance in distances:
        first = first + distance & MASK
        values.append(first)
    return values


def signed_column(cursor, count):
    """The values of a column of zigzag forms."""
    return [zigzag(value) for value in column(cursor, count)]
