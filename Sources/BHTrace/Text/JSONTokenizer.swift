/// What kind of JSON value comes next.
enum JSONKind: UInt8, Sendable { case object, array, string, number, bool, null }

/// A string as it is written: what stands between the quotes, escapes not yet decoded.
struct JSONString: Sendable, Equatable {
  /// Where the text lies in the tokenizer's bytes, without the quotes. Valid UTF-8.
  var contents: Range<Int>
  /// Whether there is a backslash in it; where not, the contents are the text.
  var hasEscapes: Bool
}

/// Reads JSON (RFC 8259) from bytes, one step at a time, as the caller asks for it.
///
/// The caller says what it expects, so nothing is built that nobody wants:
///
///     var json = JSONTokenizer(bytes)
///     try json.beginObject()
///     while let key = try json.nextKey() {
///       if json.equals(key, "name") { name = try json.string() } else { _ = try json.skipValue() }
///     }
///     try json.requireEnd("the file")
///
/// After `beginArray`, `nextElement` stands in place of `nextKey`. Strings and numbers are handed
/// out as ranges of the input; a string's UTF-8 and escapes are checked on the way, and decoded
/// only where `decode` is called. Nothing recurses, and more than `maximumDepth` open containers
/// are refused.
struct JSONTokenizer: ~Escapable {
  /// All the bytes.
  let bytes: RawSpan
  /// Offset of `bytes` in the input, for error messages.
  let base: Int
  /// Whether the bare words NaN, Infinity and -Infinity are numbers, as Python writes them.
  let allowsNonFinite: Bool
  /// Index of the next byte.
  private(set) var position = 0
  /// The number of objects and arrays that are open.
  private(set) var depth = 0
  /// Whether nothing has been read of the innermost open container yet.
  private var atStart = false
  /// A bit for each open container: 1 for an object.
  private var objects = InlineArray<8, UInt64>(repeating: 0)

  /// The deepest nesting that is read.
  static let maximumDepth = 512

  /// A tokenizer at the first of `bytes`, which lie at offset `base` of the input.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, base: Int = 0, allowsNonFinite: Bool = false) {
    self.bytes = bytes
    self.base = base
    self.allowsNonFinite = allowsNonFinite
  }

  /// A tokenizer inside a container whose beginning was read before: at the byte at `position`,
  /// with nothing read of the container yet where `atStart` is true.
  @_lifetime(copy bytes)
  init(
    resuming bytes: RawSpan, at position: Int, inObject: Bool, atStart: Bool, base: Int,
    allowsNonFinite: Bool = false
  ) {
    self.init(bytes, base: base, allowsNonFinite: allowsNonFinite)
    self.position = position
    self.atStart = atStart
    depth = 1
    objects[0] = inObject ? 1 : 0
  }

  /// Whether the innermost open container is an object.
  var isInObject: Bool {
    depth > 0 && objects[(depth - 1) >> 6] & 1 << UInt64((depth - 1) & 63) != 0
  }

  // MARK: Values

  /// What kind of value comes next. Throws where none does.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func peek() throws(FormatError) -> JSONKind {
    switch try significantByte("a value") {
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      if allowsNonFinite { return .number }
      throw unexpected("a value")
    default: throw unexpected("a value")
    }
  }

  /// Reads `true` or `false`.
  @_lifetime(self: copy self)
  mutating func bool() throws(FormatError) -> Bool {
    if try significantByte("true or false") == UInt8(ascii: "t") {
      try word("true")
      return true
    }
    try word("false")
    return false
  }

  /// Reads `null`.
  @_lifetime(self: copy self)
  mutating func null() throws(FormatError) {
    _ = try significantByte("null")
    try word("null")
  }

  /// Reads `null` if it comes next; false where something else does.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func takeNull() throws(FormatError) -> Bool {
    if try significantByte("a value") != UInt8(ascii: "n") { return false }
    try word("null")
    return true
  }

  /// Reads a string.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func string() throws(FormatError) -> JSONString {
    if try significantByte("a string") != UInt8(ascii: "\"") { throw unexpected("a string") }
    let start = position + 1
    let (end, hasEscapes) = try endOfString(from: start)
    position = end + 1
    return JSONString(contents: start..<end, hasEscapes: hasEscapes)
  }

  /// Reads a number, or one of the words that stand for one where they are allowed.
  @_lifetime(self: copy self)
  mutating func number() throws(FormatError) -> JSONNumber {
    let first = try significantByte("a number")
    let start = position
    let sign = first == UInt8(ascii: "-") ? 1 : 0
    if allowsNonFinite && start + sign < bytes.byteCount {
      let letter = bytes.byte(at: start + sign)
      if letter == UInt8(ascii: "I") || (letter == UInt8(ascii: "N") && sign == 0) {
        position += sign
        try word(letter == UInt8(ascii: "I") ? "Infinity" : "NaN")
        return JSONNumber(text: start..<position, form: .word)
      }
    }
    let (end, form) = try endOfNumber(from: start)
    position = end
    return JSONNumber(text: start..<end, form: form)
  }

  /// Steps over one value of any kind, checking all of it, and returns where its text lies.
  @_lifetime(self: copy self)
  mutating func skipValue() throws(FormatError) -> Range<Int> {
    let outside = depth
    _ = try significantByte("a value")
    let start = position
    repeat {
      switch try peek() {
      case .object: try beginObject()
      case .array: try beginArray()
      case .string: _ = try string()
      case .number: _ = try number()
      case .bool: _ = try bool()
      case .null: try null()
      }
      // On to the next value inside, out of the containers that end here.
      while depth > outside {
        if isInObject ? try nextKey() != nil : try nextElement() { break }
      }
    } while depth > outside
    return start..<position
  }

  /// A place before a value, to which a reader can go back.
  struct Place: Sendable {
    fileprivate var position: Int
    fileprivate var depth: Int
  }

  /// The place before the value that comes next: after a key, or after `nextElement`.
  var place: Place { Place(position: position, depth: depth) }

  /// Goes back to a `place` of this tokenizer in a container that is still open.
  @_lifetime(self: copy self)
  mutating func goBack(to place: Place) {
    position = place.position
    depth = place.depth
    atStart = false
  }

  // MARK: Containers

  /// Reads the `{` of an object.
  @_lifetime(self: copy self)
  mutating func beginObject() throws(FormatError) {
    if try significantByte("an object") != UInt8(ascii: "{") { throw unexpected("an object") }
    try open(object: true)
  }

  /// Reads the `[` of an array.
  @_lifetime(self: copy self)
  mutating func beginArray() throws(FormatError) {
    if try significantByte("an array") != UInt8(ascii: "[") { throw unexpected("an array") }
    try open(object: false)
  }

  /// Reads up to the next value of the open object and returns its key; nil where the object
  /// ends, which is then closed.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func nextKey() throws(FormatError) -> JSONString? {
    assert(isInObject, "nextKey outside an object")
    var next = try significantByte("a key or '}'")
    if next == UInt8(ascii: "}") {
      close()
      return nil
    }
    if !atStart {
      if next != UInt8(ascii: ",") { throw unexpected("',' or '}'") }
      position += 1
      next = try significantByte("a key")
    }
    if next != UInt8(ascii: "\"") { throw unexpected("a key") }
    let key = try string()
    if try significantByte("':'") != UInt8(ascii: ":") { throw unexpected("':'") }
    position += 1
    atStart = false
    return key
  }

  /// Reads up to the next value of the open array; false where the array ends, which is then
  /// closed.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func nextElement() throws(FormatError) -> Bool {
    assert(depth > 0 && !isInObject, "nextElement outside an array")
    let next = try significantByte("a value or ']'")
    if next == UInt8(ascii: "]") {
      close()
      return false
    }
    if !atStart {
      if next != UInt8(ascii: ",") { throw unexpected("',' or ']'") }
      position += 1
    }
    atStart = false
    return true
  }

  /// Whether nothing but white space is left; steps over it.
  @_lifetime(self: copy self)
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return position == bytes.byteCount
  }

  /// Throws `invalid` unless nothing but white space is left of `what`.
  @_lifetime(self: copy self)
  mutating func requireEnd(_ what: @autoclosure () -> String) throws(FormatError) {
    if !isAtEnd() { throw unexpected("the end of \(what())") }
  }

  // MARK: Steps

  @_lifetime(self: copy self)
  private mutating func open(object: Bool) throws(FormatError) {
    if depth == Self.maximumDepth {
      throw FormatError(
        .outOfBounds, at: base + position,
        "more than \(Self.maximumDepth) objects and arrays lie in each other")
    }
    let bit: UInt64 = 1 << UInt64(depth & 63)
    if object { objects[depth >> 6] |= bit } else { objects[depth >> 6] &= ~bit }
    depth += 1
    position += 1
    atStart = true
  }

  @_lifetime(self: copy self)
  private mutating func close() {
    depth -= 1
    position += 1
    atStart = false
  }

  @_lifetime(self: copy self)
  @inline(__always)
  private mutating func skipSpace() {
    while position < bytes.byteCount {
      let next = bytes.byte(at: position)
      if next > 0x20 || (next != 0x20 && next != 0x0A && next != 0x0D && next != 0x09) { return }
      position += 1
    }
  }

  /// The next byte that is not white space, which stays the next byte.
  @_lifetime(self: copy self)
  @inline(__always)
  private mutating func significantByte(
    _ wanted: StaticString
  ) throws(FormatError) -> UInt8 {
    skipSpace()
    if position >= bytes.byteCount { throw unexpected(wanted.description) }
    return bytes.byte(at: position)
  }

  /// Reads the letters of `text`; the error names the first one that is wrong.
  @_lifetime(self: copy self)
  private mutating func word(_ text: StaticString) throws(FormatError) {
    let end = position + text.utf8CodeUnitCount
    if end <= bytes.byteCount && bytes.equals(position..<end, text) {
      position = end
      return
    }
    var wrong = position
    for letter in text.description.utf8 {
      if wrong >= bytes.byteCount || bytes.byte(at: wrong) != letter { break }
      wrong += 1
    }
    throw unexpected(text.description, at: wrong)
  }

  /// The error that something else than `wanted` stands at the next byte.
  @inline(never)
  func unexpected(_ wanted: String) -> FormatError { unexpected(wanted, at: position) }

  /// The error that something else than `wanted` stands at `place`.
  @inline(never)
  func unexpected(_ wanted: String, at place: Int) -> FormatError {
    if place >= bytes.byteCount {
      return FormatError(
        .truncated, at: base + bytes.byteCount, "the text ends where \(wanted) has to stand")
    }
    let found = bytes.byte(at: place)
    let name =
      (0x21...0x7E).contains(found)
      ? "'\(Character(UnicodeScalar(found)))'" : "byte \(found)"
    return FormatError(.invalid, at: base + place, "\(name) stands where \(wanted) has to")
  }
}
