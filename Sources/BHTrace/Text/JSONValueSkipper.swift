/// Steps over a JSON object or array of any size, piece by piece, by its brackets and strings alone.
///
/// Does not check what it steps over: for values nobody wants, and for values that are known to
/// be broken.
struct JSONValueSkipper: Sendable {
  /// The number of brackets that are open.
  private(set) var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Reads on in `bytes` from `start`, where the value (or its next piece) begins. Returns the
  /// place after the value, or nil where it goes on behind the last byte.
  ///
  /// Throws where a string holds a newline: then a quote is missing somewhere.
  mutating func skip(
    _ bytes: RawSpan, from start: Int, base: Int
  ) throws(FormatError) -> Int? {
    var at = start
    while at < bytes.byteCount {
      let byte = bytes.byte(at: at)
      at += 1
      if isInString {
        if isEscaped {
          isEscaped = false
          continue
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = false
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "\n"):
          throw FormatError(.invalid, at: base + at - 1, "the line ends inside a string")
        default: break
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth <= 0 { return at }
      default: break
      }
    }
    return nil
  }
}
