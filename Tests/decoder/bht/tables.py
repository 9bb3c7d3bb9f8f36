"""FORMAT.md, *TABLES*: what spans of a segment refer to."""
from dataclasses import dataclass

ABSENT, EMPTY, TEXT, BOOL, INT, DOUBLE, BYTES, ARRAY, LIST, RAW_VALUE, RAW_KEY_VALUE = range(11)
(MESSAGE, STATE, FLAGS, DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS, UNKNOWN, V1_HEADER,
 V1_TREE, V1_PAYLOAD) = range(10)
HAS_STATUS, HAS_EVENTS, HAS_LINKS = 1, 2, 4
FIRST_KEY = 16
NUMBER, PADDED, HEX, ANY = range(4)


@dataclass
class Slots:
    """The words of a shape, each with its constant or nothing."""
    words: list
    constants: list


@dataclass
class SpanShape:
    flags: int
    status: int
    slots: Slots


@dataclass
class EventShape:
    name: bytes
    unit: int
    slots: Slots


@dataclass
class Template:
    literals: list
    variables: list  # (type, width)


class Tables:
    def __init__(self, cursor, operations):
        self.cursor = cursor
        count = cursor.count
        self.keys = [cursor.string() for _ in range(count())]
        self.resources = [self._resource() for _ in range(count(6))]
        self.scopes = [self._scope() for _ in range(count(8))]
        cursor.need(count() == operations, "contexts are not those of the operations")
        self.contexts = [[self._context() for _ in range(count(2))] for _ in range(operations)]
        self.values = self._by_word(cursor.string)
        self.templates = self._by_word(self._template)
        cursor.need(count() == operations, "shapes are not those of the operations")
        self.shapes = [[self._span_shape() for _ in range(count(3))] for _ in range(operations)]
        self.event_shapes = [self._event_shape() for _ in range(count(3))]
        self.link_shapes = [self._slots() for _ in range(count())]
        cursor.finish()

    def check_word(self, cursor, word):
        """Refuses words of keys, fields or kinds that are not there."""
        key, kind = word >> 4, word & 15
        cursor.need(kind <= RAW_KEY_VALUE, f"a value of kind {kind}")
        cursor.need(key <= V1_PAYLOAD or FIRST_KEY <= key < FIRST_KEY + len(self.keys),
                    f"there is no key {key}")
        return word

    def key(self, word):
        return self.keys[(word >> 4) - FIRST_KEY]

    def constant(self, kind):
        cursor = self.cursor
        if kind in (ABSENT, EMPTY):
            return None
        if kind == BOOL:
            return bool(cursor.byte())
        if kind == INT:
            return cursor.signed()
        if kind == DOUBLE:
            return cursor.fixed(8)
        return cursor.string()

    def _attributes(self):
        found = []
        for _ in range(self.cursor.count()):
            word = self.check_word(self.cursor, self.cursor.varint())
            self.cursor.need(word >> 4 >= FIRST_KEY, "a field of the model among attributes")
            found.append((self.key(word), word & 15, self.constant(word & 15)))
        return found

    def _present(self):
        present = self.cursor.byte()
        self.cursor.need(present < 2, "neither present nor not")
        return present

    def _resource(self):
        cursor = self.cursor
        return {"present": self._present(), "attributes": self._attributes(),
                "dropped": cursor.varint(), "schema": cursor.string(),
                "extra": cursor.string(), "outer": cursor.string()}

    def _scope(self):
        cursor = self.cursor
        return {"present": self._present(), "name": cursor.string(), "version": cursor.string(),
                "attributes": self._attributes(), "dropped": cursor.varint(),
                "schema": cursor.string(), "extra": cursor.string(), "outer": cursor.string()}

    def _context(self):
        resource, scope = self.cursor.varint(), self.cursor.varint()
        self.cursor.need(resource < len(self.resources) and scope < len(self.scopes),
                         "a context of what is not there")
        return resource, scope

    def _by_word(self, read):
        """A list for each of some words."""
        lists, word = {}, 0
        for number in range(self.cursor.count(2)):
            distance = self.cursor.varint()
            self.cursor.need(distance > 0 or number == 0, "a word is there twice")
            word = self.check_word(self.cursor, word + distance)
            lists[word] = [read() for _ in range(self.cursor.count())]
        return lists

    def _template(self):
        cursor = self.cursor
        variables = cursor.count(2)
        cursor.need(variables <= 4096, f"{variables} variables")
        made = Template([cursor.string()], [])
        for _ in range(variables):
            type_ = cursor.byte()
            cursor.need(type_ <= ANY, f"a variable of type {type_}")
            width = cursor.varint() if type_ in (PADDED, HEX) else 0
            if type_ != NUMBER and type_ != ANY:
                cursor.need(1 <= width <= (18 if type_ == PADDED else 65_536), f"{width} digits")
            made.variables.append((type_, width))
            made.literals.append(cursor.string())
        cursor.need(sum(map(len, made.literals)) <= 2048, "the literals are too long")
        return made

    def _slots(self):
        words, constants = [], []
        for _ in range(self.cursor.count()):
            head = self.cursor.varint()
            words.append(self.check_word(self.cursor, head >> 1))
            constants.append((self.constant(head >> 1 & 15),) if head & 1 else None)
        return Slots(words, constants)

    def _span_shape(self):
        flags = self.cursor.byte()
        self.cursor.need(flags < 8, "a reserved flag of a shape")
        return SpanShape(flags, self.cursor.signed(), self._slots())

    def _event_shape(self):
        name, unit = self.cursor.string(), self.cursor.byte()
        self.cursor.need(unit < 4, f"a unit {unit}")
        return EventShape(name, unit, self._slots())
