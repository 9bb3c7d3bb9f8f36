/// Finds where an object ends by its brackets, over as many pieces of text as it takes.
struct ObjectScan {
  var depth = 0
  /// Whether the object may not go on after its line.
  var staysInLine = false
  /// The line ends passed.
  private(set) var lines = 0
  /// Whether the end was found, or a place where the text is damaged.
  private(set) var isOver = false
  /// Whether the end was found.
  private(set) var isWhole = false
  private var isInString = false
  private var isEscaped = false

  init(depth: Int = 0, staysInLine: Bool = false) {
    self.depth = depth
    self.staysInLine = staysInLine
  }

  /// Goes on at index `start` of `text`; returns the index where it stopped.
  mutating func run(_ text: [UInt8], from start: Int) -> Int {
    let bytes = text.rawSpan
    var at = start
    while at < bytes.byteCount {
      let byte = bytes.byte(at: at)
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        }
        if byte == 0x0A {
          // No string goes over a line's end: its quote is missing.
          isOver = true
          return at
        }
        at += 1
        if byte > 0x22 && byte != UInt8(ascii: "\\") { at = Self.endOfPlain(bytes, from: at) }
        continue
      }
      at += 1
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 {
          isOver = true
          isWhole = true
          return at
        }
      case 0x0A:
        if staysInLine {
          isOver = true
          return at - 1
        }
        lines += 1
      default: break
      }
    }
    return at
  }

  /// Steps over bytes of a string that mean nothing to brackets, eight at a time.
  @inline(__always)
  private static func endOfPlain(_ bytes: RawSpan, from start: Int) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    var at = start
    while at + 8 <= bytes.byteCount {
      let word = bytes.word(at: at)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let found =
        ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        | ((word &- ones &* 0x20) & ~word)
      if found & highs != 0 { break }
      at += 8
    }
    return at
  }
}
