internal import BHTrace

/// Takes the words off the text of a query, one after the other.
struct Lexer {
  /// The text.
  let text: [UInt8]
  private(set) var position = 0

  /// Operators and brackets, longer ones first.
  private static let symbols = [
    "!=?", "!>>", "!<<", "&>>", "&<<", "!=", "!~", "!>", "!<", "=~", ">=", "<=", ">>", "<<", "&&",
    "&>", "&<", "&~", "||", "{", "}", "(", ")", ",", "=", "!", ">", "<", "+", "-", "*", "/", "%",
    "^", "|", "~",
  ].map { (text: $0, bytes: Array($0.utf8)) }

  /// The words of `text`.
  init(_ text: [UInt8]) { self.text = text }

  /// The next word; the end once all were taken.
  mutating func next() throws(QueryError) -> Token {
    try skipBlanks()
    let start = position
    guard let byte = peek() else { return Token(kind: .end, range: QueryRange(start, start)) }
    if isDigit(byte) || (byte == 0x2E && peek(1).map(isDigit) == true) {
      return try number()
    }
    switch byte {
    case 0x22, 0x60:
      let value = byte == 0x22 ? try quotedText() : try rawText()
      return token(.text(value), from: start)
    case 0x2E:
      position += 1
      let name = try attribute(.any, from: start)
      return token(.attribute(name), from: start)
    case 0x27:
      throw error("text is written in double quotes or backquotes, not in single ones", start)
    default: break
    }
    if startsWord(byte) { return try word() }
    for symbol in Self.symbols where text[position...].starts(with: symbol.bytes) {
      position += symbol.bytes.count
      return token(.symbol(symbol.text), from: start)
    }
    let rest = String(decoding: text[start...].prefix(4), as: UTF8.self)
    let hint = byte == 0x26 ? "; did you mean `&&`?" : ""
    throw error("`\(rest.prefix(1))` means nothing here\(hint)", start)
  }

  // MARK: Words and names

  /// A bare word, or a name that starts with one.
  private mutating func word() throws(QueryError) -> Token {
    let start = position
    while let byte = peek(), startsWord(byte) || isDigit(byte) { position += 1 }
    let word = String(decoding: text[start..<position], as: UTF8.self)
    if peek() == 0x2E, var scope = Keyword.attributeScopes[word] {
      position += 1
      if scope == .parent {
        for (prefix, inner) in [
          ("span.", AttributeName.Scope.parentSpan), ("resource.", .parentResource),
        ] where text[position...].starts(with: prefix.utf8) {
          position += prefix.utf8.count
          scope = inner
          break
        }
      }
      let name = try attribute(scope, from: start)
      return token(.attribute(name), from: start)
    }
    if peek() == 0x3A, let fields = Keyword.scoped[word] {
      position += 1
      try skipBlanks()
      let nameStart = position
      while let byte = peek(), startsWord(byte) || isDigit(byte) { position += 1 }
      let name = String(decoding: text[nameStart..<position], as: UTF8.self)
      if let field = fields.first(where: { $0.name == name }) {
        return token(.intrinsic(field.meaning), from: start)
      }
      let names = fields.map { "`\(word):\($0.name)`" }
      let near = Spelling.nearest(name, among: fields.map(\.name))
      throw error(
        "there is no `\(word):\(name)`; "
          + (near.map { "did you mean `\(word):\($0)`?" }
            ?? "there are \(names.joined(separator: ", "))"),
        start)
    }
    return token(.word(word), from: start)
  }

  /// The key of an attribute: all up to a blank or an operator; parts in quotes may hold anything.
  private mutating func attribute(
    _ scope: AttributeName.Scope, from start: Int
  ) throws(QueryError) -> AttributeName {
    var key: [UInt8] = []
    while let byte = peek() {
      if byte == 0x22 {
        try appendQuotedPart(to: &key)
      } else if endsName(byte) || blankLength() > 0 {
        break
      } else {
        key.append(byte)
        position += 1
      }
    }
    if key.isEmpty {
      throw error("after `\(scope.prefix)` the name of an attribute is wanted", start)
    }
    return AttributeName(scope, key)
  }

  private mutating func appendQuotedPart(to key: inout [UInt8]) throws(QueryError) {
    let start = position
    position += 1
    while let byte = peek() {
      position += 1
      if byte == 0x22 { return }
      if byte != 0x5C {
        key.append(byte)
        continue
      }
      guard let escaped = peek(), escaped == 0x22 || escaped == 0x5C else {
        throw error(
          "in the quotes of a name only `\\\"` and `\\\\` are escapes", position - 1)
      }
      key.append(escaped)
      position += 1
    }
    throw error("these quotes are never closed", start)
  }

  private func endsName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x7B, 0x7D, 0x28, 0x29, 0x3D, 0x7E, 0x21, 0x3C, 0x3E, 0x26, 0x7C, 0x5E, 0x2C: true
    default: false
    }
  }

  // MARK: Blanks

  /// Passes blanks and comments.
  private mutating func skipBlanks() throws(QueryError) {
    while true {
      let blank = blankLength()
      if blank > 0 {
        position += blank
      } else if peek() == 0x2F && peek(1) == 0x2F {
        while let byte = peek(), byte != 0x0A { position += 1 }
      } else if peek() == 0x2F && peek(1) == 0x2A {
        let start = position
        position += 2
        while peek() != nil && !(peek() == 0x2A && peek(1) == 0x2F) { position += 1 }
        if peek() == nil { throw error("this comment is never closed", start) }
        position += 2
      } else {
        return
      }
    }
  }

  /// How many bytes the blank at the present place takes; 0 where there is none.
  func blankLength() -> Int {
    switch peek() {
    case .some(0x09...0x0D), 0x20: 1
    // U+0085 and U+00A0.
    case 0xC2: peek(1) == 0x85 || peek(1) == 0xA0 ? 2 : 0
    // U+1680.
    case 0xE1: peek(1) == 0x9A && peek(2) == 0x80 ? 3 : 0
    // U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F.
    case 0xE2:
      switch (peek(1), peek(2)) {
      case (0x80, .some(0x80...0x8A)), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF), (0x81, 0x9F): 3
      default: 0
      }
    // U+3000.
    case 0xE3: peek(1) == 0x80 && peek(2) == 0x80 ? 3 : 0
    default: 0
    }
  }

  // MARK: Bytes

  /// The byte `ahead` places on; nil past the end.
  func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < text.count ? text[position + ahead] : nil
  }

  /// Passes `count` bytes.
  mutating func pass(_ count: Int = 1) { position += count }

  /// What was read since `start`, as a word of its own.
  func token(_ kind: Token.Kind, from start: Int) -> Token {
    Token(kind: kind, range: QueryRange(start, position))
  }

  /// An error about what stands at `offset`.
  func error(_ message: String, _ offset: Int) -> QueryError {
    QueryError(message, at: QueryRange(offset, max(offset, position)), in: text)
  }

  func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func startsWord(_ byte: UInt8) -> Bool {
    byte == 0x5F || (0x41...0x5A).contains(byte & 0xDF)
      || (byte >= 0x80 && blankLength() == 0)
  }
}
