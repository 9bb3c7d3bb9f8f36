/// Writes JSON text the way Python's `json.dumps(…, ensure_ascii=False)` does: `", "` and `": "`
/// between the parts, only what has to be escaped escaped, floats by their shortest digits.
///
/// The caller opens and closes containers and writes keys and values; the writer puts the commas.
struct JSONTextWriter: Sendable {
  /// What has been written.
  private(set) var output: ByteWriter
  private var needsComma = false

  /// An empty writer with room for `capacity` bytes.
  init(capacity: Int = 0) { output = ByteWriter(capacity: capacity) }

  /// Forgets what was written and keeps the room for it.
  mutating func removeAll() {
    output.removeAll()
    needsComma = false
  }

  /// Opens an object.
  mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the open object.
  mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array.
  mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the open array.
  mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes the key of the next value: the UTF-8 at `range` of `arena`.
  mutating func key(_ arena: [UInt8], _ range: ByteRange) {
    separate()
    quoted(arena, range)
    colon()
  }

  /// Writes the key of the next value, which must not need escapes.
  mutating func key(_ text: StaticString) {
    separate()
    output.byte(UInt8(ascii: "\""))
    output.append(text)
    output.byte(UInt8(ascii: "\""))
    colon()
  }

  /// Writes a string: the UTF-8 at `range` of `arena`.
  mutating func string(_ arena: [UInt8], _ range: ByteRange) {
    separate()
    quoted(arena, range)
    needsComma = true
  }

  /// Writes a string: the UTF-8 `bytes`.
  mutating func string(_ bytes: [UInt8]) { string(bytes, ByteRange(0, bytes.count)) }

  /// Writes an integer.
  mutating func int(_ value: Int64) { raw(Array(String(value).utf8)) }

  /// Writes a float as Python's `repr` does; NaN, Infinity and -Infinity are bare words.
  mutating func double(_ value: Double) { raw(PythonFloat.text(value)) }

  /// Writes true or false.
  mutating func bool(_ value: Bool) { raw(Array((value ? "true" : "false").utf8)) }

  /// Writes null.
  mutating func null() { raw(Array("null".utf8)) }

  /// Writes a value that is JSON text already.
  mutating func raw(_ text: [UInt8]) {
    separate()
    output.append(text)
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    output.byte(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    output.byte(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma {
      output.byte(UInt8(ascii: ","))
      output.byte(UInt8(ascii: " "))
    }
  }

  private mutating func colon() {
    output.byte(UInt8(ascii: ":"))
    output.byte(UInt8(ascii: " "))
    needsComma = false
  }

  private mutating func quoted(_ arena: [UInt8], _ range: ByteRange) {
    output.byte(UInt8(ascii: "\""))
    let all = range.positions
    var kept = all.lowerBound
    for at in all {
      let byte = arena[at]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
      output.append(arena[kept..<at])
      kept = at + 1
      escape(byte)
    }
    output.append(arena[kept..<all.upperBound])
    output.byte(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    output.byte(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: output.byte(UInt8(ascii: "b"))
    case 0x09: output.byte(UInt8(ascii: "t"))
    case 0x0A: output.byte(UInt8(ascii: "n"))
    case 0x0C: output.byte(UInt8(ascii: "f"))
    case 0x0D: output.byte(UInt8(ascii: "r"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.byte(byte)
    default:
      let digits = Array("0123456789abcdef".utf8)
      output.append(Array("u00".utf8))
      output.byte(digits[Int(byte >> 4)])
      output.byte(digits[Int(byte & 15)])
    }
  }
}

/// Floats as Python prints them.
enum PythonFloat {
  /// What `json.dumps` makes of `value`: the shortest digits that read back as the same double,
  /// with an exponent where that is below -4 or at least 16, else with a point.
  static func text(_ value: Double) -> [UInt8] {
    if value.isNaN { return Array("NaN".utf8) }
    if value.isInfinite { return Array((value < 0 ? "-Infinity" : "Infinity").utf8) }
    // Swift prints the same digits, but puts point and exponent elsewhere.
    var (digits, exponent, pointAt) = ([UInt8](), 0, -1)
    var rest = value.magnitude.description.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: ".") {
        pointAt = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(Substring(rest)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    var point = (pointAt < 0 ? digits.count : pointAt) + exponent
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty { (digits, point) = ([UInt8(ascii: "0")], 1) }
    let sign: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
    return sign + (point > -4 && point <= 16 ? fixed(digits, point) : scientific(digits, point - 1))
  }

  private static func fixed(_ digits: [UInt8], _ point: Int) -> [UInt8] {
    func zeros(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "0"), count: count) }
    let dot = [UInt8(ascii: ".")]
    if point <= 0 { return zeros(1) + dot + zeros(-point) + digits }
    if point >= digits.count { return digits + zeros(point - digits.count) + dot + zeros(1) }
    return digits[..<point] + dot + digits[point...]
  }

  private static func scientific(_ digits: [UInt8], _ exponent: Int) -> [UInt8] {
    let fraction = digits.count > 1 ? [UInt8(ascii: ".")] + digits[1...] : []
    let size = String(exponent.magnitude)
    let padded = (size.utf8.count < 2 ? "0" : "") + size
    return digits[..<1] + fraction + Array(((exponent < 0 ? "e-" : "e+") + padded).utf8)
  }
}
