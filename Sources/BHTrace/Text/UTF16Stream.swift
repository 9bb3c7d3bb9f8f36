/// UTF-16 text as UTF-8. Halves of surrogate pairs become U+FFFD.
final class UTF16Stream: MendingStream {
  private var source: any ByteStream
  private let isBigEndian: Bool
  private var isAtStart = true
  private var isAtEnd = false
  /// The byte of half a unit, and the first half of a surrogate pair.
  private var half: UInt8?
  private var high: UInt32?
  private var loneSurrogates = 0
  private var loneBytes = 0

  private static let replacement: UInt32 = 0xFFFD

  /// Reads `source` as UTF-16 of the byte order its first bytes show.
  init(_ source: any ByteStream, isBigEndian: Bool) {
    self.source = source
    self.isBigEndian = isBigEndian
  }

  /// Whether `head` begins UTF-16 text, and in which byte order: by its byte order mark, or as a
  /// JSON text of which every other byte is zero; nil where it does not.
  static func isBigEndian(_ head: [UInt8]) -> Bool? {
    if head.starts(with: [0xFE, 0xFF]) { return true }
    // With two zeros behind it that is the mark of UTF-32.
    if head.starts(with: [0xFF, 0xFE]) {
      return head.dropFirst(2).starts(with: [0, 0]) ? nil : false
    }
    let units = head.prefix(8)
    guard units.count >= 4, units.count.isMultiple(of: 2) else { return nil }
    let evens = units.indices.filter { $0.isMultiple(of: 2) }
    func isText(_ offset: Int) -> Bool {
      let first = units[offset]
      return (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
        && evens.allSatisfy { units[$0 + offset] != 0 && units[$0 + 1 - offset] == 0 }
    }
    return isText(0) ? false : isText(1) ? true : nil
  }

  var repairs: [StreamRepair] {
    [
      StreamRepair(what: "UTF-16 read as UTF-8, in whose bytes offsets are counted", count: 1),
      StreamRepair(what: "half of a surrogate pair read as U+FFFD", count: loneSurrogates),
      StreamRepair(what: "half of a UTF-16 character at the end left out", count: loneBytes),
    ]
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    // A unit of two bytes becomes three at most, and a replacement may be due before it.
    let wanted = max(1, limit / 3 - 2)
    var text: [UInt8] = []
    while text.isEmpty && !isAtEnd {
      let bytes = try source.next(upTo: wanted)
      text.reserveCapacity(bytes.count + bytes.count / 2 + 8)
      for byte in bytes { take(byte, &text) }
      if bytes.isEmpty {
        isAtEnd = true
        if half != nil { loneBytes += 1 }
        if high != nil { putReplacement(&text) }
      }
    }
    return text
  }

  private func take(_ byte: UInt8, _ text: inout [UInt8]) {
    guard let first = half else {
      half = byte
      return
    }
    half = nil
    let unit = isBigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
    if isAtStart {
      isAtStart = false
      if unit == 0xFEFF { return }
    }
    if let start = high {
      high = nil
      if unit & 0xFC00 == 0xDC00 {
        put(0x10000 + (start & 0x3FF) << 10 + unit & 0x3FF, &text)
        return
      }
      putReplacement(&text)
    }
    switch unit & 0xFC00 {
    case 0xD800: high = unit
    case 0xDC00: putReplacement(&text)
    default: put(unit, &text)
    }
  }

  private func putReplacement(_ text: inout [UInt8]) {
    high = nil
    loneSurrogates += 1
    put(Self.replacement, &text)
  }

  private func put(_ scalar: UInt32, _ text: inout [UInt8]) {
    func last(_ shift: UInt32) -> UInt8 {
      0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F)
    }
    switch scalar {
    case 0..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case 0..<0x800: text += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), last(0)]
    case 0..<0x10000:
      text += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), last(6), last(0)]
    default:
      text += [0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), last(12), last(6), last(0)]
    }
  }
}
