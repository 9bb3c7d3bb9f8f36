/// Finds out whether bytes are UTF-8 as Unicode defines it: no overlong forms, no surrogates,
/// nothing above U+10FFFF.
enum UTF8Check {
  /// The length of the well-formed sequence of two to four bytes at `position`, or 0 where there
  /// is none. The byte at `position` has to be 0x80 or more.
  static func sequenceLength(_ bytes: RawSpan, at position: Int) -> Int {
    let first = bytes.byte(at: position)
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    if length > bytes.byteCount - position { return 0 }
    if !second.contains(bytes.byte(at: position + 1)) { return 0 }
    for next in 2..<max(2, length) where bytes.byte(at: position + next) & 0xC0 != 0x80 {
      return 0
    }
    return length
  }

  /// Whether the bytes at `range` of `arena` are UTF-8.
  static func isValid(_ arena: [UInt8], _ range: ByteRange) -> Bool {
    let bytes = arena.rawSpan.extracting(range.positions)
    var position = 0
    while position < bytes.byteCount {
      if position + 8 <= bytes.byteCount && bytes.word(at: position) & 0x8080_8080_8080_8080 == 0 {
        position += 8
      } else if bytes.byte(at: position) < 0x80 {
        position += 1
      } else {
        let length = sequenceLength(bytes, at: position)
        if length == 0 { return false }
        position += length
      }
    }
    return true
  }
}
