/// Values of documents as the fields of spans.
extension AttributeList {
  /// Whether there is a value under `key`.
  func has(_ key: String) -> Bool { self[key] != nil }

  /// The value under the keys in turn, each in the object under the one before; nil where it or
  /// one of the objects is not there. Takes `a.b` as one key too where documents flatten them.
  func value(_ path: String...) -> AttributeValue? { value(path[...]) }

  private func value(_ path: ArraySlice<String>) -> AttributeValue? {
    var list = self
    var rest = path
    while let key = rest.popFirst() {
      guard let value = list[key] else { return self[path.joined(separator: ".")] }
      if rest.isEmpty { return value }
      guard case .object(let inner) = value else { return self[path.joined(separator: ".")] }
      list = inner
    }
    return nil
  }

  /// The text there, if it is one.
  func text(_ path: String...) -> String? { value(path[...])?.text }

  /// The object there, if it is one.
  func object(_ path: String...) -> AttributeList? { value(path[...])?.object }

  /// The elements of the array there, if it is one.
  func array(_ path: String...) -> [AttributeValue]? { value(path[...])?.array }

  /// The integer there, also where it is written as text or as a number like 1e9.
  func integer(_ path: String...) -> Int64? { value(path[...])?.integer }

  /// These attributes without those under `keys`.
  func without(_ keys: String...) -> AttributeList {
    AttributeList(filter { pair in !keys.contains { $0 == pair.key } }.map { ($0.key, $0.value) })
  }

  /// Adds all of `others` at the end.
  mutating func append(contentsOf others: AttributeList) {
    for (key, value) in others { append(key, value) }
  }

  /// Adds an attribute at the end where there is a value, and it is not null.
  mutating func append(_ key: String, ifAny value: AttributeValue?) {
    guard let value, value != .null else { return }
    append(key, value)
  }
}

extension AttributeValue {
  /// The text, if it is one.
  var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The object, if it is one.
  var object: AttributeList? { if case .object(let list) = self { list } else { nil } }

  /// The elements, if it is an array.
  var array: [AttributeValue]? { if case .array(let list) = self { list } else { nil } }

  /// The integer, also where it is written as text or as a number like 1e9.
  var integer: Int64? {
    switch self {
    case .int(let value): value
    case .double(let value): Int64(exactly: value)
    case .string(let text): Int64(text)
    default: nil
    }
  }

  /// The number of an id that is written in decimal digits, as a number or as text.
  var decimalID: UInt64? {
    switch self {
    case .int(let value): UInt64(bitPattern: value)
    case .bigInt(let digits), .string(let digits):
      UInt64(digits) ?? Int64(digits).map { UInt64(bitPattern: $0) }
    default: nil
    }
  }

  /// Whether it is true, also as text.
  var isTrue: Bool {
    switch self {
    case .bool(let value): value
    case .string(let text): text.lowercased() == "true"
    default: false
    }
  }
}

/// Ids of spans and traces out of documents.
enum DocumentID {
  /// The id of `width` bytes that 1 to 2 × `width` hex digits name (in any case, with dashes, after
  /// `0x`); the text's own bytes where it is none. Empty for no text, and for nothing but zeros.
  static func bytes(_ text: String?, width: Int) -> [UInt8] {
    guard let text else { return [] }
    var digits = Array(text.utf8).filter { $0 != UInt8(ascii: "-") }
    if digits.starts(with: "0x".utf8) { digits.removeFirst(2) }
    let id = HexID.bytes(digits, ByteRange(0, digits.count), width: width) ?? Array(text.utf8)
    return id.allSatisfy { $0 == 0 } ? [] : id
  }

  /// A number as an id of `width` bytes, the highest first; none for 0 and for no number.
  static func bytes(_ number: UInt64?, width: Int) -> [UInt8] {
    guard let number, number != 0 else { return [] }
    return [UInt8](repeating: 0, count: max(0, width - 8)) + number.bigEndianBytes
  }
}

/// Times out of documents; nanoseconds since the Unix epoch.
enum DocumentTime {
  /// How many nanoseconds one of a number's units has.
  enum Unit: UInt64 {
    case nanoseconds = 1
    case microseconds = 1_000
    case milliseconds = 1_000_000
    case seconds = 1_000_000_000
  }

  /// The time that `value` writes: a calendar's, or a number (also as text) in `unit`; nil where it
  /// is neither, or outside 1970 to 2554.
  static func nanoseconds(_ value: AttributeValue?, _ unit: Unit) -> UInt64? {
    switch value {
    case .int(let number): scaled(UInt64(exactly: number), unit)
    case .bigInt(let digits): scaled(UInt64(digits), unit)
    case .double(let number): scaled(number, unit)
    case .string(let text):
      if let number = UInt64(text) {
        scaled(number, unit)
      } else if let time = CalendarTime.nanoseconds(Array(text.utf8), .printed) {
        time
      } else {
        decimal(Array(text.utf8), unit)
      }
    default: nil
    }
  }

  private static func scaled(_ number: UInt64?, _ unit: Unit) -> UInt64? {
    guard let number else { return nil }
    let (time, overflow) = number.multipliedReportingOverflow(by: unit.rawValue)
    return overflow ? nil : time
  }

  private static func scaled(_ number: Double, _ unit: Unit) -> UInt64? {
    guard number.isFinite else { return nil }
    // Its shortest digits, since most decimal fractions are no doubles.
    return decimal(Array(number.description.utf8), unit)
      ?? UInt64(exactly: (number * Double(unit.rawValue)).rounded())
  }

  /// Digits with a fraction, exactly; digits below a nanosecond are dropped.
  private static func decimal(_ text: [UInt8], _ unit: Unit) -> UInt64? {
    guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    guard let whole = UInt64(String(decoding: text[..<point], as: UTF8.self)),
      let start = scaled(whole, unit)
    else { return nil }
    var (rest, weight): (UInt64, UInt64) = (0, unit.rawValue)
    for byte in text[(point + 1)...] {
      let digit = byte &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      weight /= 10
      rest += UInt64(digit) * weight
    }
    let (time, overflow) = start.addingReportingOverflow(rest)
    return overflow ? nil : time
  }
}

/// Times of documents, with a note where there is none.
extension DocumentNotes {
  /// The time that `value` writes; 0, counted, where it is none.
  mutating func time(_ value: AttributeValue?, _ unit: DocumentTime.Unit) -> UInt64 {
    if let time = DocumentTime.nanoseconds(value, unit) { return time }
    count("times that are not there taken as 0")
    return 0
  }

  /// The time so long after `start`; `start` itself, counted, where `length` is no length.
  mutating func end(
    of start: UInt64, after length: AttributeValue?, _ unit: DocumentTime.Unit
  ) -> UInt64 {
    guard let length = DocumentTime.nanoseconds(length, unit) else {
      count("durations that are not there taken as 0")
      return start
    }
    let (end, overflow) = start.addingReportingOverflow(length)
    return overflow ? UInt64.max : end
  }
}
