/// JSON text for other tools, without white space, which counts what it could not say.
///
/// The caller opens and closes; commas come by themselves, since the last byte shows whether one
/// is due.
struct CountingJSON {
  /// What has been written.
  private(set) var out: [UInt8] = []
  /// Places in text that were not UTF-8 and became U+FFFD.
  private(set) var invalidText = 0

  /// Hands out what was written and starts anew.
  mutating func take() -> [UInt8] {
    defer { out = [] }
    return out
  }

  /// Puts the comma that is due before a value or key.
  mutating func separate() {
    guard let last = out.last else { return }
    if last != UInt8(ascii: "{") && last != UInt8(ascii: "[") && last != UInt8(ascii: ":") {
      out.append(UInt8(ascii: ","))
    }
  }

  /// Opens an object or array as an item or as the value of the last key.
  mutating func open(_ bracket: Unicode.Scalar) {
    separate()
    out.append(UInt8(ascii: bracket))
  }

  /// Opens an object or array under `key`.
  mutating func open(_ key: StaticString, _ bracket: Unicode.Scalar) {
    self.key(key)
    out.append(UInt8(ascii: bracket))
  }

  /// Closes what is open.
  mutating func close(_ bracket: Unicode.Scalar) { out.append(UInt8(ascii: bracket)) }

  /// Writes a key, which must not need escapes.
  mutating func key(_ text: StaticString) {
    separate()
    out.append(UInt8(ascii: "\""))
    out.append(text)
    out.append("\":")
  }

  /// Writes the key at `run` of `arena`.
  mutating func key(_ run: ByteRange, of arena: [UInt8]) {
    string(run, of: arena)
    out.append(UInt8(ascii: ":"))
  }

  /// Writes the string at `run` of `arena`.
  mutating func string(_ run: ByteRange, of arena: [UInt8]) {
    separate()
    invalidText += JSONText.appendString(run, of: arena, to: &out)
  }

  /// Writes a string of UTF-8 bytes.
  mutating func string(_ bytes: [UInt8]) { string(ByteRange(0, bytes.count), of: bytes) }

  /// Writes a string that needs no escapes.
  mutating func string(_ text: StaticString) {
    separate()
    out.append(UInt8(ascii: "\""))
    out.append(text)
    out.append(UInt8(ascii: "\""))
  }

  /// Writes the bytes at `run` of `arena` as a string of hex digits.
  mutating func hex(_ run: ByteRange, of arena: [UInt8]) {
    separate()
    JSONText.appendHex(run, of: arena, to: &out)
  }

  /// Writes the bytes at `run` of `arena` as a string of base64.
  mutating func base64(_ run: ByteRange, of arena: [UInt8]) {
    separate()
    JSONText.appendBase64(run, of: arena, to: &out)
  }

  /// Writes an integer.
  mutating func number(_ value: Int64) {
    separate()
    JSONText.appendNumber(value, to: &out)
  }

  /// Writes an integer.
  mutating func number(_ value: UInt64) {
    separate()
    JSONText.appendNumber(value, to: &out)
  }

  /// Writes a number; what is none as the strings "NaN", "Infinity" and "-Infinity".
  mutating func number(_ value: Double) {
    separate()
    JSONText.appendDouble(value, to: &out)
  }

  /// Writes nanoseconds as microseconds with as many decimals as it takes.
  mutating func microseconds(_ nanoseconds: Int64) {
    number(nanoseconds / 1_000)
    var rest = nanoseconds.magnitude % 1_000
    if rest == 0 { return }
    if nanoseconds < 0 && nanoseconds > -1_000 {
      out.removeLast()
      out.append("-0")
    }
    out.append(UInt8(ascii: "."))
    for unit: UInt64 in [100, 10, 1] {
      out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / unit))
      rest %= unit
    }
  }

  /// Appends text as it is, without a comma before it.
  mutating func raw(_ text: [UInt8]) { out.append(contentsOf: text) }

  /// Writes true or false.
  mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

  /// Writes null.
  mutating func null() { word("null") }

  private mutating func word(_ text: StaticString) {
    separate()
    out.append(text)
  }
}
