/// The field structure of protobuf messages: tags, lengths, and fields nobody knows.
extension WindowCursor {
  /// Groups inside groups deeper than this are refused, as protobuf's own readers do.
  static let deepestGroup = 100

  /// Reads a length and steps over that many bytes; returns where they lie.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func delimited() throws(FormatError) -> ByteRange {
    let count = try varint()
    return try take(count)
  }

  /// Steps over the value of the field whose `tag` was read at position `start`, a group with
  /// all its fields. Refuses tags that no message may have.
  @_lifetime(self: copy self)
  mutating func skip(_ tag: UInt64, from start: Int) throws(FormatError) {
    if try skipOne(tag, from: start) { return }
    var open = [tag >> 3]
    while let number = open.last {
      let start = position
      let tag = try varint()
      if tag & 7 == 4 && tag >> 3 == number {
        open.removeLast()
      } else if try !skipOne(tag, from: start) {
        guard open.count < Self.deepestGroup else {
          throw FormatError(
            .outOfBounds, at: base + start, "groups nest more than \(Self.deepestGroup) deep")
        }
        open.append(tag >> 3)
      }
    }
  }

  /// Steps over the value of a field that is not a group; false where a group starts.
  @_lifetime(self: copy self)
  private mutating func skipOne(_ tag: UInt64, from start: Int) throws(FormatError) -> Bool {
    try Self.check(tag, at: base + start)
    switch tag & 7 {
    case 0: _ = try varint()
    case 1: _ = try take(8)
    case 2: _ = try delimited()
    case 3: return false
    case 5: _ = try take(4)
    default:
      throw FormatError(
        .invalid, at: base + start, "a group ends that did not start (field \(tag >> 3))")
    }
    return true
  }

  /// Throws unless `tag`, read at `offset` of the input, is one a message may have.
  static func check(_ tag: UInt64, at offset: Int) throws(FormatError) {
    if tag >> 3 == 0 || tag > UInt64(UInt32.max) {
      throw FormatError(
        .invalid, at: offset, "field number \(tag >> 3) is not between 1 and 536870911")
    }
    if tag & 7 > 5 {
      throw FormatError(.invalid, at: offset, "wire type \(tag & 7) does not exist")
    }
  }
}

/// Sizes of protobuf values on the wire.
enum WireSize {
  /// The bytes of an unsigned LEB128 integer, 1 to 10.
  @inline(__always)
  static func varint(_ value: UInt64) -> Int {
    ((64 - (value | 1).leadingZeroBitCount) * 9 + 64) >> 6
  }

  /// The bytes of a length and `count` bytes after it.
  @inline(__always)
  static func delimited(_ count: Int) -> Int { varint(UInt64(count)) + count }
}

extension [UInt8] {
  /// Appends an unsigned LEB128 integer.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a length-delimited field: tag, length, content.
  mutating func appendField(_ tag: UInt64, _ content: [UInt8]) {
    appendVarint(tag)
    appendVarint(UInt64(content.count))
    append(contentsOf: content)
  }
}
