"""FORMAT.md, *Conventions*: bytes read from the front, with every bound checked."""

MASK = (1 << 64) - 1


class Malformed(Exception):
    """What is wrong with an archive, and where."""

    def __init__(self, what, offset, inside=""):
        super().__init__(f"{inside + ', ' if inside else ''}offset {offset}: {what}")
        self.what, self.offset, self.inside = what, offset, inside


def zigzag(number):
    """The signed number whose zigzag form this is."""
    return number >> 1 ^ -(number & 1)


def signed64(number):
    """The 64 bits as a signed number."""
    number &= MASK
    return number - (1 << 64) if number >> 63 else number


class Cursor:
    """A run of bytes and a place in it. Offsets of errors count from `base`."""

    __slots__ = ("data", "at", "end", "base", "inside")

    def __init__(self, data, start=0, end=None, base=0, inside=""):
        self.data, self.at, self.base, self.inside = data, start, base, inside
        self.end = len(data) if end is None else end
        if not 0 <= start <= self.end <= len(data):
            raise Malformed(f"there are no bytes {start}..<{self.end}", base + start, inside)

    def fail(self, what):
        raise Malformed(what, self.base + self.at, self.inside)

    def need(self, truth, what):
        if not truth:
            self.fail(what)

    @property
    def left(self):
        return self.end - self.at

    def take(self, count):
        """The next `count` bytes."""
        if count > self.end - self.at:
            self.fail(f"{count} bytes are wanted, {self.end - self.at} are left")
        self.at += count
        return self.data[self.at - count:self.at]

    def rest(self):
        return self.take(self.left)

    def byte(self):
        if self.at >= self.end:
            self.fail("a byte is wanted, none is left")
        self.at += 1
        return self.data[self.at - 1]

    def fixed(self, size):
        return int.from_bytes(self.take(size), "little")

    def varint(self):
        value = shift = 0
        data, at = self.data, self.at
        stop = min(self.end, at + 10)
        while at < stop:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                if value > MASK:
                    self.fail("a varint has more than 64 bits")
                self.at = at
                return value
            shift += 7
        self.fail("a varint does not end")

    def signed(self):
        return zigzag(self.varint())

    def count(self, least=1):
        """A number of things that follow, each at least `least` bytes long."""
        number = self.varint()
        self.need(number * least <= self.left, f"{number} things do not fit in what is left")
        return number

    def string(self):
        return self.take(self.varint())

    def skip_zeros(self):
        """Takes the rest, all of which has to be zeros."""
        self.need(not any(self.data[self.at:self.end]), "bytes that are reserved are not zero")
        self.at = self.end

    def finish(self):
        self.need(self.at == self.end, f"{self.left} bytes are left over")
