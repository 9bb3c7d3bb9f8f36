/// Reads values as programs print them for people: JavaScript's `util.inspect`, and ClickHouse's
/// literals of maps, arrays and tuples.
///
/// | printed | value |
/// |---|---|
/// | `'a'`, `"a"`, `` `a` ``, joined by `+` | text, backslash escapes decoded |
/// | `{ a: 1, 'b c': 2 }`, `Map(1) { 'a' => 1 }` | object |
/// | `[ 1, 2 ]`, `(1, 2)` | array |
/// | `true`, `12`, `12n`, `1.5`, `NaN`, `null`, `undefined` | what it says |
/// | `[Object]`, `... 3 more items` | counted in `leftOut`: the program printed no more |
/// | any other word | its text |
struct PrintedValue {
  /// What was read.
  private(set) var value = AttributeValue.null
  /// How many values the program printed a mark for and not what they hold.
  private(set) var leftOut = 0
  private let bytes: [UInt8]
  private let base: Int
  private var position = 0
  private var open: [Container] = []

  private struct Container {
    /// The container's own key in the one around it.
    var key: String
    var closing: UInt8
    var parts = AttributeList()
    var isArray: Bool { closing != UInt8(ascii: "}") }
  }

  /// Values in each other are not read deeper than this.
  private static let deepest = 128

  /// The value that `bytes` print, which lie at offset `base` of the input. Throws where they are
  /// none, or where something follows it.
  init(_ bytes: [UInt8], at base: Int) throws(FormatError) {
    self.bytes = bytes
    self.base = base
    try read()
    skipSpace()
    if position < bytes.count { throw unexpected("the end of the value") }
  }

  private mutating func read() throws(FormatError) {
    var key = ""
    while true {
      skipSpace()
      if let container = open.last {
        if take(container.closing) {
          open.removeLast()
          let closed =
            container.isArray
            ? AttributeValue.array(container.parts.map(\.value)) : .object(container.parts)
          if add(closed, container.key) { return }
          _ = takeSeparator()
          continue
        }
        if takeMark() { continue }
        key = container.isArray ? "" : try self.key()
      }
      guard let next = try begin(key) else { continue }
      if add(next, key) { return }
      try separate()
    }
  }

  /// Puts `part` where it belongs; true where it is the whole value.
  private mutating func add(_ part: AttributeValue, _ key: String) -> Bool {
    if open.isEmpty {
      value = part
      return true
    }
    open[open.count - 1].parts.append(key, part)
    return false
  }

  /// The value that starts here; nil where it is a container, which is open then.
  private mutating func begin(_ key: String) throws(FormatError) -> AttributeValue? {
    while true {
      skipSpace()
      guard let byte = peek() else { throw unexpected("a value") }
      if Self.isQuote(byte) { return .string(try text()) }
      if byte == UInt8(ascii: "["), isMark(at: position + 1) {
        skip(past: UInt8(ascii: "]"))
        skipSpace()
        // `[Object: null prototype] {…}` prints what is in it all the same.
        if peek() == UInt8(ascii: "{") { continue }
        leftOut += 1
        return .null
      }
      if let closing = Self.closing(byte) {
        guard open.count < Self.deepest else {
          throw FormatError(
            .outOfBounds, at: base + position, "more than \(Self.deepest) values lie in each other")
        }
        position += 1
        open.append(Container(key: key, closing: closing))
        return nil
      }
      let word = word()
      if word.isEmpty { throw unexpected("a value") }
      // `Map(2) {` and other names of classes stand before what they hold.
      guard let next = peek(), Self.closing(next) != nil else { return Self.value(word) }
    }
  }

  /// The key that comes next, with what parts it from its value.
  private mutating func key() throws(FormatError) -> String {
    guard let byte = peek() else { throw unexpected("a key") }
    let key: String
    if Self.isQuote(byte) {
      key = try text()
    } else {
      let start = position
      while let byte = peek(), byte != UInt8(ascii: ":"), byte != UInt8(ascii: "="),
        !Self.endsValue(byte), byte != 0x0A
      {
        position += 1
      }
      key = Self.trimmed(bytes[start..<position])
    }
    skipSpace()
    if take(UInt8(ascii: ":")) { return key }
    if take(UInt8(ascii: "=")) {
      _ = take(UInt8(ascii: ">"))
      return key
    }
    throw unexpected("':' after a key")
  }

  /// The text between quotes that starts here, with those that `+` joins to it.
  private mutating func text() throws(FormatError) -> String {
    var out: [UInt8] = []
    while true {
      try quoted(into: &out)
      let end = position
      skipSpace()
      if take(UInt8(ascii: "+")) {
        skipSpace()
        if let byte = peek(), Self.isQuote(byte) { continue }
      }
      position = end
      return String(decoding: out, as: UTF8.self)
    }
  }

  private mutating func quoted(into out: inout [UInt8]) throws(FormatError) {
    let start = position
    let quote = bytes[position]
    position += 1
    while let byte = peek() {
      position += 1
      if byte == quote { return }
      if byte == UInt8(ascii: "\\") {
        if let escape = peek() {
          position += 1
          unescape(escape, into: &out)
        }
      } else {
        out.append(byte)
      }
    }
    position = start
    throw FormatError(.truncated, at: base + start, "a text in quotes has no end")
  }

  private mutating func unescape(_ byte: UInt8, into out: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "v"): out.append(0x0B)
    case UInt8(ascii: "0"): out.append(0)
    case UInt8(ascii: "x"): scalar(digits: 2, into: &out)
    case UInt8(ascii: "u"): scalar(digits: 4, into: &out)
    default: out.append(byte)
    }
  }

  private mutating func scalar(digits: Int, into out: inout [UInt8]) {
    let end = min(bytes.count, position + digits)
    let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    position = end
    let scalar = code.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    out.append(contentsOf: String(Character(scalar)).utf8)
  }

  /// The word that stands here, to the end of the value.
  private mutating func word() -> String {
    let start = position
    while let byte = peek(), !Self.endsValue(byte), byte != 0x0A, Self.closing(byte) == nil {
      position += 1
      // `(2)` of `Map(2)` is part of the name; dates have no brackets.
      if byte != 0x20, peek() == UInt8(ascii: "(") { skip(past: UInt8(ascii: ")")) }
    }
    return Self.trimmed(bytes[start..<position])
  }

  private static func value(_ word: String) -> AttributeValue {
    switch word {
    case "undefined", "null", "NULL": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "NaN": return .double(.nan)
    case "Infinity": return .double(.infinity)
    case "-Infinity": return .double(-.infinity)
    default:
      if let number = Int64(word) { return .int(number) }
      let isNumber = word.utf8.allSatisfy { $0 < 0x3A || $0 == 0x65 || $0 == 0x45 }
      if isNumber, let number = Double(word) { return .double(number) }
      let digits = word.dropLast()
      if word.utf8.last == UInt8(ascii: "n"), !digits.isEmpty,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D })
      {
        return Int64(digits).map { .int($0) } ?? .bigInt(String(digits))
      }
      return .string(word)
    }
  }

  // MARK: Marks and separators

  /// Steps over `... 3 more items`.
  private mutating func takeMark() -> Bool {
    guard bytes[position...].starts(with: "...".utf8) else { return false }
    position += 3
    skipSpace()
    let start = position
    while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
    leftOut += max(1, Int(String(decoding: bytes[start..<position], as: UTF8.self)) ?? 1)
    while let byte = peek(), !Self.endsValue(byte) { position += 1 }
    _ = takeSeparator()
    return true
  }

  /// Whether a mark such as `[Object]` or `[Circular *1]` goes on at `index`.
  private func isMark(at index: Int) -> Bool {
    index < bytes.count && (0x41...0x5A).contains(bytes[index])
  }

  /// Steps over the comma behind a value, which has to stand there unless the container ends.
  private mutating func separate() throws(FormatError) {
    if takeSeparator() { return }
    guard let container = open.last, peek() == container.closing else {
      throw unexpected("',' or the end of what is open")
    }
  }

  private mutating func takeSeparator() -> Bool {
    skipSpace()
    return take(UInt8(ascii: ","))
  }

  // MARK: Bytes

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func skip(past byte: UInt8) {
    while let next = peek() {
      position += 1
      if next == byte { return }
    }
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private func unexpected(_ wanted: String) -> FormatError {
    let found = peek().map { BytePreview.text([$0]) } ?? "the end"
    return FormatError(
      peek() == nil ? .truncated : .invalid, at: base + position,
      "\(found) stands where \(wanted) has to")
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
  }

  private static func closing(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "{"): UInt8(ascii: "}")
    case UInt8(ascii: "["): UInt8(ascii: "]")
    case UInt8(ascii: "("): UInt8(ascii: ")")
    default: nil
    }
  }

  private static func endsValue(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      || byte == UInt8(ascii: ")")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
