/// Text of a JSON input into a batch's arena.
extension SpanBatch {
  /// Copies the text of `string`, escapes decoded, to the end of the arena.
  mutating func append(_ string: JSONString, of json: borrowing JSONTokenizer) -> ByteRange {
    if string.contents.isEmpty { return .empty }
    let start = arena.count
    if string.hasEscapes {
      json.decode(string, into: &arena)
    } else {
      arena.append(json.bytes, string.contents)
    }
    return ByteRange(start, arena.count - start)
  }

  /// Copies the bytes of the JSON text at `range` to the end of the arena.
  mutating func append(_ range: Range<Int>, of json: borrowing JSONTokenizer) -> ByteRange {
    let start = arena.count
    arena.append(json.bytes, range)
    return ByteRange(start, arena.count - start)
  }

  /// Puts the bytes of the id that `string` writes at the end of the arena: those of its 1 to
  /// 2 × `width` hex digits, padded with zeros in front to `width` bytes; the text itself where it
  /// is no such number. Hex with dashes as a UUID has them or 0x before it is read as well.
  mutating func appendID(
    _ string: JSONString, width: Int, of json: borrowing JSONTokenizer, _ notes: inout ReadNotes
  ) -> ByteRange {
    let text = append(string, of: json)
    guard let id = HexID.bytes(arena, text, width: width) ?? spelledID(text, width, &notes) else {
      return text
    }
    // The text is the last of the arena, and not needed any more.
    arena.removeLast(Int(text.count))
    return append(id)
  }

  @inline(never)
  private func spelledID(
    _ text: ByteRange, _ width: Int, _ notes: inout ReadNotes
  ) -> [UInt8]? {
    guard let digits = SpelledID.digits(bytes(text)),
      let id = HexID.bytes(digits, ByteRange(0, digits.count), width: width)
    else { return nil }
    notes.count(.spelledIDs)
    return id
  }

  /// Whether there is an id at `run` that is not all zeros.
  func isID(_ run: ByteRange) -> Bool { arena[run.positions].contains { $0 != 0 } }
}

/// Ids with dashes where a UUID has them, or with 0x before their digits.
enum SpelledID {
  /// The digits of `text` where it is such an id; nil for all else.
  static func digits(_ text: [UInt8]) -> [UInt8]? {
    var digits: [UInt8]
    if text.count == 36 && uuidDashes.allSatisfy({ text[$0] == UInt8(ascii: "-") }) {
      digits = text
      for place in uuidDashes.reversed() { digits.remove(at: place) }
    } else if text.count > 2 && text[0] == UInt8(ascii: "0") && text[1] | 0x20 == UInt8(ascii: "x")
    {
      digits = Array(text[2...])
    } else {
      return nil
    }
    return digits.allSatisfy { HexID.digit($0) != nil } ? digits : nil
  }

  private static let uuidDashes = [8, 13, 18, 23]
}

/// Ids as hex digits.
enum HexID {
  /// The number of 1 to 2 × `width` hex digits at `run` of `text` as `width` bytes; nil where other
  /// characters or more digits stand there.
  static func bytes(_ text: [UInt8], _ run: ByteRange, width: Int) -> [UInt8]? {
    if run.isEmpty || Int(run.count) > 2 * width { return nil }
    var bytes = [UInt8](repeating: 0, count: width)
    var place = 2 * width - Int(run.count)
    for letter in text[run.positions] {
      guard let digit = digit(letter) else { return nil }
      bytes[place >> 1] |= place & 1 == 0 ? digit << 4 : digit
      place += 1
    }
    return bytes
  }

  static func digit(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): letter - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether `appendID` would take the bytes at `run` of `arena`, written as they are, for text.
  static func isText(_ arena: [UInt8], _ run: ByteRange, width: Int) -> Bool {
    bytes(arena, run, width: width) == nil && UTF8Check.isValid(arena, run)
  }
}
