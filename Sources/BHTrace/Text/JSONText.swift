/// The pieces of compact JSON text, made from bytes.
enum JSONText {
  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Appends the bytes at `run` as a string in quotes. Bytes that are not UTF-8 become U+FFFD;
  /// returns how many such places there were.
  static func appendString(_ run: ByteRange, of arena: [UInt8], to out: inout [UInt8]) -> Int {
    let end = run.positions.upperBound
    var (index, plain) = (run.positions.lowerBound, run.positions.lowerBound)
    var invalid = 0
    out.append(UInt8(ascii: "\""))
    while index < end {
      let byte = arena[index]
      if byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        index += 1
        continue
      }
      let sequence = byte < 0x80 ? (length: 1, isValid: false) : sequenceLength(arena, index, end)
      if sequence.isValid {
        index += sequence.length
        continue
      }
      out.append(contentsOf: arena[plain..<index])
      if byte < 0x80 {
        appendEscape(byte, to: &out)
      } else {
        out.append(contentsOf: replacement)
        invalid += 1
      }
      index += sequence.length
      plain = index
    }
    out.append(contentsOf: arena[plain..<end])
    out.append(UInt8(ascii: "\""))
    return invalid
  }

  private static func appendEscape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x08: out.append(UInt8(ascii: "b"))
    case 0x09: out.append(UInt8(ascii: "t"))
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0C: out.append(UInt8(ascii: "f"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    default:
      out.append("u00")
      out.append(hexDigits[Int(byte >> 4)])
      out.append(hexDigits[Int(byte & 15)])
    }
  }

  /// The length of the UTF-8 sequence of two or more bytes at `start`, or of the bytes to be
  /// replaced by one U+FFFD where it is none (the longest start of a sequence, as Unicode advises).
  private static func sequenceLength(
    _ bytes: [UInt8], _ start: Int, _ end: Int
  ) -> (length: Int, isValid: Bool) {
    let first = bytes[start]
    let (length, least, most): (Int, UInt8, UInt8)
    switch first {
    case 0xC2...0xDF: (length, least, most) = (2, 0x80, 0xBF)
    case 0xE0: (length, least, most) = (3, 0xA0, 0xBF)
    case 0xED: (length, least, most) = (3, 0x80, 0x9F)
    case 0xE1...0xEF: (length, least, most) = (3, 0x80, 0xBF)
    case 0xF0: (length, least, most) = (4, 0x90, 0xBF)
    case 0xF1...0xF3: (length, least, most) = (4, 0x80, 0xBF)
    case 0xF4: (length, least, most) = (4, 0x80, 0x8F)
    default: return (1, false)
    }
    guard start + 1 < end, (least...most).contains(bytes[start + 1]) else { return (1, false) }
    for offset in 2..<max(2, length) {
      guard start + offset < end, (0x80...0xBF).contains(bytes[start + offset]) else {
        return (offset, false)
      }
    }
    return (length, true)
  }

  /// Appends the bytes at `run` as lower-case hex in quotes.
  static func appendHex(_ run: ByteRange, of arena: [UInt8], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in arena[run.positions] {
      out.append(hexDigits[Int(byte >> 4)])
      out.append(hexDigits[Int(byte & 15)])
    }
    out.append(UInt8(ascii: "\""))
  }

  /// Appends the bytes at `run` as padded base64 in quotes.
  static func appendBase64(_ run: ByteRange, of arena: [UInt8], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var index = run.positions.lowerBound
    let end = run.positions.upperBound
    while index < end {
      let count = min(3, end - index)
      var group: UInt32 = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < count ? UInt32(arena[index + offset]) : 0)
      }
      for digit in 0..<4 {
        let value = Int(group >> (18 - 6 * UInt32(digit))) & 63
        out.append(digit <= count ? base64Digits[value] : UInt8(ascii: "="))
      }
      index += count
    }
    out.append(UInt8(ascii: "\""))
  }

  /// Appends an integer in decimal.
  static func appendNumber(_ value: UInt64, to out: inout [UInt8]) {
    if value >= 10 { appendNumber(value / 10, to: &out) }
    out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }

  /// Appends an integer in decimal.
  static func appendNumber(_ value: Int64, to out: inout [UInt8]) {
    if value < 0 { out.append(UInt8(ascii: "-")) }
    appendNumber(value.magnitude, to: &out)
  }

  /// Appends the shortest decimal number that is read back as `value`, or the words ProtoJSON has
  /// for what is no number.
  static func appendDouble(_ value: Double, to out: inout [UInt8]) {
    if value.isNaN {
      out.append("\"NaN\"")
    } else if value.isInfinite {
      out.append(UInt8(ascii: "\""))
      if value < 0 { out.append(UInt8(ascii: "-")) }
      out.append("Infinity\"")
    } else {
      out.append(contentsOf: value.description.utf8)
    }
  }
}
