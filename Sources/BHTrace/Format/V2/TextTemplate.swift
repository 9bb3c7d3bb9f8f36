/// Text whose parts recur: literal pieces around variables.
///
/// ```
/// Template := variables varint   length varint, literal   (Variable   length varint, literal)*
/// Variable := type (1)   [width varint, of types 1 and 2]
/// ```
/// | type | variable | in a block |
/// |--:|---|---|
/// | 0 | decimal number of at most 18 digits, no leading zero | varint in codes |
/// | 1 | decimal number of `width` digits (1...18), zeros in front | varint in codes |
/// | 2 | lower-case hex of `width` digits | (width + 1) / 2 bytes, a last odd digit in a low half byte |
/// | 3 | any text | length varint in codes, bytes in text |
///
/// 8 to 64 bytes of hex are a `Recent`, others lie in random as they are. `Recent` is a varint in
/// codes: 0, the bytes are the next ones in random; n, they are those of
/// the n-th last `Recent` of the block that was 0, which has just as many.
struct TextTemplate: Sendable, Equatable {
  enum Variable: Sendable, Equatable {
    case decimal
    case padded(width: Int)
    case hex(width: Int)
    case text
  }

  /// The literals before, between and behind the variables: one more than there are variables.
  var literals: [[UInt8]] = []
  var variables: [Variable] = []

  /// A template has at most so many variables.
  static let largestCount = 4096

  func encode(to writer: inout ByteWriter) {
    writer.varint(variables.count)
    writer.lengthPrefixed(literals[0])
    for (variable, literal) in zip(variables, literals.dropFirst()) {
      switch variable {
      case .decimal: writer.byte(0)
      case .padded(let width):
        writer.byte(1)
        writer.varint(width)
      case .hex(let width):
        writer.byte(2)
        writer.varint(width)
      case .text: writer.byte(3)
      }
      writer.lengthPrefixed(literal)
    }
  }

  static func decode(from cursor: inout ByteCursor) throws(FormatError) -> TextTemplate {
    var template = TextTemplate()
    let count = try cursor.count(
      upTo: min(largestCount, cursor.remaining), "a template's number of variables")
    template.literals.append(try cursor.lengthPrefixed("a template's text"))
    for _ in 0..<count {
      let at = cursor.base + cursor.position
      switch try cursor.byte() {
      case 0: template.variables.append(.decimal)
      case 1:
        template.variables.append(
          .padded(width: try cursor.count(upTo: 18, "a decimal variable's width")))
      case 2:
        template.variables.append(
          .hex(width: try cursor.count(upTo: 1 << 16, "a hex variable's width")))
      case 3: template.variables.append(.text)
      default: throw FormatError(.invalid, at: at, "a template has a variable of unknown type")
      }
      template.literals.append(try cursor.lengthPrefixed("a template's text"))
    }
    let literals = template.literals.reduce(0) { $0 + $1.count }
    guard literals <= Limits.templateBytes else {
      throw FormatError(
        .outOfBounds, at: cursor.base + cursor.position,
        "a template has \(literals) bytes of text, more than \(Limits.templateBytes)")
    }
    return template
  }
}

/// Takes text apart into literals and variables. Its two grains tell what is a variable: numbers
/// and hex runs, or every word.
struct TemplateScanner {
  enum Grain: UInt8, Sendable {
    case numbers
    case words
  }

  /// One variable found in the text.
  struct Found: Sendable {
    var variable: TextTemplate.Variable
    /// Where it lies in the arena.
    var range: Range<Int>
  }

  /// The text with its variables replaced by marks: equal for texts of one template.
  private(set) var pattern: [UInt8] = []
  private(set) var found: [Found] = []
  /// Where the literal begins that the next variable ends, and whether it goes into `pattern`.
  private var literal = 0
  private var makesPattern = true

  /// Shorter runs of hex digits with letters in them are words.
  private static let shortestHex = 6

  /// Whether runs of hex digits of this length are taken for hashes and ids, whatever their digits
  /// are.
  private static func isHashLength(_ count: Int) -> Bool {
    switch count {
    case 8, 16, 24, 32, 40, 64: true
    default: false
    }
  }

  /// Scans the text at `range`; false where it has no variables, too many, or bytes that look
  /// like marks. Without `makesPattern` only `found` is to be used.
  mutating func scan(
    _ arena: [UInt8], _ range: ByteRange, _ grain: Grain, makesPattern: Bool = true
  ) -> Bool {
    self.makesPattern = makesPattern
    pattern.removeAll(keepingCapacity: true)
    found.removeAll(keepingCapacity: true)
    pattern.append(grain.rawValue)
    let text = arena.span
    let sorts = Self.sorts.span
    var index = Int(range.offset)
    let end = index + Int(range.count)
    literal = index
    while index < end {
      while index < end && sorts[Int(text[index])] == 0 {
        if text[index] < 8 { return false }
        index += 1
      }
      if index == end { break }
      let token = index
      var all: UInt8 = 0
      while index < end {
        let next = sorts[Int(text[index])]
        if next == 0 { break }
        all |= next
        index += 1
      }
      add(arena, token..<index, all, grain)
      if found.count > TextTemplate.largestCount { return false }
    }
    if makesPattern { pattern.append(arena.rawSpan, literal..<end) }
    return !found.isEmpty
  }

  /// 1 digit, 2 letter a to f, 4 any other letter; 0 for what is neither.
  private static let sorts: [UInt8] = (0..<256).map { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 1
    case UInt8(ascii: "a")...UInt8(ascii: "f"): 2
    case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): 4
    default: 0
    }
  }

  /// Adds a run of letters and digits, whose sorts are `sorts`.
  private mutating func add(
    _ arena: [UInt8], _ token: Range<Int>, _ sorts: UInt8, _ grain: Grain
  ) {
    // A hash may happen to be all digits, or all letters: its length tells it.
    if sorts & 4 == 0 && Self.isHashLength(token.count) {
      return note(.hex(width: token.count), token, arena)
    }
    if sorts == 1 { return number(arena, token) }
    if sorts & 1 != 0 && sorts & 4 == 0 && token.count >= Self.shortestHex {
      return note(.hex(width: token.count), token, arena)
    }
    let first = token.lowerBound
    if sorts & 1 != 0 && token.count > 2 && arena[first] == UInt8(ascii: "0")
      && arena[first + 1] == UInt8(ascii: "x")
      && token.dropFirst(2).allSatisfy({ Self.sorts[Int(arena[$0])] & 3 != 0 })
    {
      return note(.hex(width: token.count - 2), (first + 2)..<token.upperBound, arena)
    }
    if grain == .words { return note(.text, token, arena) }
    // A number at the end of a word: "field12".
    var digits = token.upperBound
    while digits > first && Self.sorts[Int(arena[digits - 1])] == 1 { digits -= 1 }
    if digits < token.upperBound { number(arena, digits..<token.upperBound) }
  }

  private mutating func number(_ arena: [UInt8], _ token: Range<Int>) {
    if token.count > 18 {
      note(.hex(width: token.count), token, arena)
    } else if token.count > 1 && arena[token.lowerBound] == UInt8(ascii: "0") {
      note(.padded(width: token.count), token, arena)
    } else {
      note(.decimal, token, arena)
    }
  }

  private mutating func note(
    _ variable: TextTemplate.Variable, _ range: Range<Int>, _ arena: [UInt8]
  ) {
    found.append(Found(variable: variable, range: range))
    if !makesPattern { return }
    pattern.append(arena.rawSpan, literal..<range.lowerBound)
    literal = range.upperBound
    switch variable {
    case .decimal: pattern.append(2)
    case .padded(let width):
      pattern.append(3)
      pattern.append(UInt8(width))
    case .hex(let width):
      pattern.append(4)
      pattern.append(UInt8(truncatingIfNeeded: width))
      pattern.append(UInt8(truncatingIfNeeded: width >> 8))
    case .text: pattern.append(5)
    }
  }
}
