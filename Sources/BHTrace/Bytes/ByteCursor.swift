/// Reads values from bytes that are not trusted: every read is checked against the end, and a
/// failed one throws with the offset of the byte that was wanted.
package struct ByteCursor: ~Escapable {
  /// All the bytes, those already read included.
  package let bytes: RawSpan
  /// Index of the next byte in `bytes`.
  package private(set) var position: Int
  /// Offset of `bytes` in the input, for error messages.
  package let base: Int

  /// A cursor at the first of `bytes`, which lie at offset `base` of the input.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, base: Int = 0) {
    self.bytes = bytes
    self.position = 0
    self.base = base
  }

  /// Goes back to `position`, where it was before.
  mutating func rewind(to position: Int) { self.position = min(position, self.position) }

  /// The number of bytes not yet read.
  @inlinable package var remaining: Int { bytes.byteCount - position }

  /// Whether all bytes are read.
  @inlinable package var isAtEnd: Bool { position == bytes.byteCount }

  /// Throws `truncated` unless at least `count` bytes are left; a negative count is refused too.
  @inlinable
  package func require(_ count: Int, _ what: @autoclosure () -> String) throws(FormatError) {
    if count < 0 || count > remaining { throw shortage(count, what()) }
  }

  @usableFromInline
  func shortage(_ count: Int, _ what: String) -> FormatError {
    FormatError(
      .truncated, at: base + position,
      "\(what) needs \(count) bytes where \(remaining) are left")
  }

  /// Reads one byte.
  @_lifetime(self: copy self)
  package mutating func byte() throws(FormatError) -> UInt8 {
    if position >= bytes.byteCount { throw shortage(1, "a byte") }
    let value = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    position += 1
    return value
  }

  /// Reads a little-endian 16-bit integer.
  @_lifetime(self: copy self)
  package mutating func uint16() throws(FormatError) -> UInt16 {
    try fixed(UInt16.self, "a 16-bit integer")
  }

  /// Reads a little-endian 32-bit integer.
  @_lifetime(self: copy self)
  package mutating func uint32() throws(FormatError) -> UInt32 {
    try fixed(UInt32.self, "a 32-bit integer")
  }

  /// Reads a little-endian 64-bit integer.
  @_lifetime(self: copy self)
  package mutating func uint64() throws(FormatError) -> UInt64 {
    try fixed(UInt64.self, "a 64-bit integer")
  }

  @_lifetime(self: copy self)
  private mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ what: String
  ) throws(FormatError) -> T {
    if remaining < MemoryLayout<T>.size { throw shortage(MemoryLayout<T>.size, what) }
    let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: T.self)
    position += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  /// Reads an unsigned LEB128 integer of at most 64 bits (at most 10 bytes).
  @_lifetime(self: copy self)
  @inline(__always)
  package mutating func varint() throws(FormatError) -> UInt64 {
    if position < bytes.byteCount {
      let first = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      if first < 0x80 {
        position += 1
        return UInt64(first)
      }
    }
    return try longVarint()
  }

  @_lifetime(self: copy self)
  @inline(never)
  private mutating func longVarint() throws(FormatError) -> UInt64 {
    // Most have two bytes.
    if position + 1 < bytes.byteCount {
      let first = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      let second = unsafe bytes.unsafeLoad(fromByteOffset: position + 1, as: UInt8.self)
      if first >= 0x80 && second < 0x80 {
        position += 2
        return UInt64(second) << 7 | UInt64(first & 0x7F)
      }
    }
    var value: UInt64 = 0
    var shift: UInt64 = 0
    let start = position
    while true {
      if position >= bytes.byteCount { throw shortage(1, "the rest of a variable-length integer") }
      let next = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      position += 1
      if shift == 63 && next > 1 {
        throw FormatError(
          .invalid, at: base + start, "a variable-length integer does not fit in 64 bits")
      }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  /// Reads a zigzag-coded signed integer.
  @_lifetime(self: copy self)
  @inline(__always)
  package mutating func signedVarint() throws(FormatError) -> Int64 {
    ZigZag.decode(try varint())
  }

  /// Reads a variable-length integer that counts or indexes something, at most `limit`.
  ///
  /// Throws `outOfBounds` above the limit, so that no memory is taken for a lying count.
  @_lifetime(self: copy self)
  package mutating func count(
    upTo limit: Int, _ what: @autoclosure () -> String
  ) throws(FormatError) -> Int {
    let start = position
    let value = try varint()
    if limit < 0 || value > UInt64(limit) {
      throw FormatError(
        .outOfBounds, at: base + start, "\(what()) is \(value), more than \(limit) allows")
    }
    return Int(value)
  }

  /// Reads `count` variable-length integers that each count or index something, at most `limit`.
  /// Whoever asks has checked that as many bytes are left.
  @_lifetime(self: copy self)
  package mutating func counts(
    _ count: Int, upTo limit: Int, _ what: @autoclosure () -> String
  ) throws(FormatError) -> [UInt32] {
    var values = [UInt32](repeating: 0, count: count)
    for index in 0..<count {
      // Most have one byte.
      if position < bytes.byteCount {
        let first = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
        if first < 0x80 && Int(first) <= limit {
          position += 1
          values[index] = UInt32(first)
          continue
        }
      }
      values[index] = UInt32(truncatingIfNeeded: try self.count(upTo: limit, what()))
    }
    return values
  }

  /// Steps over `count` bytes and returns where they lie in `bytes`.
  @_lifetime(self: copy self)
  package mutating func take(
    _ count: Int, _ what: @autoclosure () -> String
  ) throws(FormatError) -> Range<Int> {
    try require(count, what())
    let range = position..<(position + count)
    position += count
    return range
  }

  /// Reads `count` bytes into an array of their own.
  @_lifetime(self: copy self)
  package mutating func array(
    _ count: Int, _ what: @autoclosure () -> String
  ) throws(FormatError) -> [UInt8] {
    let range = try take(count, what())
    return bytes.array(range)
  }

  /// Reads a length (at most what is left) and that many bytes.
  @_lifetime(self: copy self)
  package mutating func lengthPrefixed(
    _ what: @autoclosure () -> String
  ) throws(FormatError) -> [UInt8] {
    let length = try count(upTo: remaining, what())
    return try array(length, what())
  }

  /// Throws `invalid` unless every byte is read.
  package func requireEnd(_ what: @autoclosure () -> String) throws(FormatError) {
    if remaining != 0 {
      throw FormatError(
        .invalid, at: base + position, "\(what()) has \(remaining) bytes after its end")
    }
  }
}

/// Signed integers as unsigned ones whose size grows with the magnitude: 0, -1, 1, -2 …
package enum ZigZag {
  /// 0, -1, 1, -2 … to 0, 1, 2, 3 …
  @inlinable package static func encode(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }

  /// 0, 1, 2, 3 … to 0, -1, 1, -2 …
  @inlinable package static func decode(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
