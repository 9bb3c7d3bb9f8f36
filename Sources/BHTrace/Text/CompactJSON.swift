/// Writes JSON text for programs and eyes: no spaces, keys in the order they are written in,
/// always valid JSON. Bytes that are not UTF-8 become U+FFFD, so it is not a way to keep a trace.
///
/// The caller opens and closes containers and writes keys and values; the writer puts the commas.
package struct CompactJSON: Sendable {
  /// What has been written since the start or the last `take`.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// An empty writer.
  package init() {}

  /// Hands out what has been written, in the middle of a text if need be, and forgets it. No
  /// `ObjectKeys` may be in use.
  package mutating func take() -> [UInt8] {
    let taken = bytes
    bytes.removeAll(keepingCapacity: true)
    return taken
  }

  /// A place to go back to with `rewind`, as long as nothing is taken.
  var mark: (count: Int, needsComma: Bool) { (bytes.count, needsComma) }

  /// Forgets what was written since `mark`.
  mutating func rewind(to mark: (count: Int, needsComma: Bool)) {
    bytes.removeSubrange(mark.count...)
    needsComma = mark.needsComma
  }

  /// Ends a text (or a line of several) with a newline; the next value starts another.
  package mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Opens an object.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the open object.
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the open array.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes the key of the next value, a name of this program's own.
  package mutating func key(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    // Names of our own are ASCII without anything to escape.
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    colon()
  }

  /// Writes the key of the next value, text from a trace. A key the object has already gets `#2`
  /// after it, then `#3`, so that no reader drops one.
  package mutating func key(_ text: ArraySlice<UInt8>, in keys: inout ObjectKeys) {
    separate()
    let start = bytes.count
    quote(text)
    if !keys.insert(start..<bytes.count, in: bytes) {
      let taken = Array(bytes[start...])
      repeat {
        let number = keys.nextNumber(for: taken)
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: taken.dropLast())
        bytes.append(contentsOf: "#\(number)\"".utf8)
      } while !keys.insert(start..<bytes.count, in: bytes)
    }
    colon()
  }

  /// Writes a string.
  package mutating func string(_ text: ArraySlice<UInt8>) {
    separate()
    quote(text)
    needsComma = true
  }

  /// Writes a string.
  package mutating func string(_ text: [UInt8]) { string(text[...]) }

  /// Writes a string.
  package mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// Writes an integer.
  package mutating func integer(_ value: some BinaryInteger) { word(String(value)) }

  /// Writes a number as Python prints it, a point or exponent always in it; what JSON has no
  /// number for as the strings "NaN", "Infinity" and "-Infinity".
  package mutating func double(_ value: Double) {
    let text = PythonFloat.text(value)
    if value.isFinite { raw(text[...]) } else { string(text) }
  }

  /// Writes true or false.
  package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

  /// Writes null.
  package mutating func null() { word("null") }

  /// Writes a value that is JSON text already.
  package mutating func raw(_ text: ArraySlice<UInt8>) {
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  private mutating func word(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func colon() {
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func quote(_ text: ArraySlice<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 < 0x80 }) {
      escape(text)
    } else {
      escape(Array(String(decoding: text, as: UTF8.self).utf8)[...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: ArraySlice<UInt8>) {
    var kept = text.startIndex
    for at in text.indices {
      let byte = text[at]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F {
        continue
      }
      bytes.append(contentsOf: text[kept..<at])
      kept = at + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
      default:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      }
    }
    bytes.append(contentsOf: text[kept...])
  }
}

/// The keys one open object of a `CompactJSON` has so far.
package struct ObjectKeys: Sendable {
  /// Where they lie in the writer's bytes, while they are few and all different.
  private var few: [Range<Int>] = []
  /// Otherwise: each key, and the last number tried after it.
  private var numbers: [[UInt8]: Int] = [:]
  private var isMany = false

  private static let fewLimit = 24

  /// No keys yet.
  package init() {}

  /// Takes the quoted key at `range` of `bytes`; false where the object has it already.
  mutating func insert(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    if !isMany {
      let isNew = !few.contains { bytes[$0].elementsEqual(bytes[range]) }
      if isNew && few.count < Self.fewLimit {
        few.append(range)
        return true
      }
      isMany = true
      for key in few { numbers[Array(bytes[key])] = 1 }
    }
    let key = Array(bytes[range])
    if numbers[key] != nil { return false }
    numbers[key] = 1
    return true
  }

  /// The next number to try after the quoted `key`, which the object has already.
  mutating func nextNumber(for key: [UInt8]) -> Int {
    let number = numbers[key, default: 1] + 1
    numbers[key] = number
    return number
  }
}
