internal import Glibc

/// Reads values from a window of bytes that are not trusted, for formats whose messages nest.
///
/// A window never holds a copy: the inner message is a further window of the same bytes, and
/// positions always count from the first of all bytes. So `0 <= position <= limit <= byteCount`
/// holds throughout, which is what lets the loads go unchecked.
struct WindowCursor: ~Escapable {
  private let bytes: RawSpan
  /// Index of the next byte.
  private(set) var position: Int
  /// Index after the last byte of the window.
  let limit: Int
  /// Offset of the first of all bytes in the input, for error messages.
  let base: Int

  /// A window of all of `bytes`, which lie at offset `base` of the input.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, base: Int) {
    self.bytes = bytes
    position = 0
    limit = bytes.byteCount
    self.base = base
  }

  /// A window of all of `bytes`, which lie at offset `base` of the input.
  @_lifetime(borrow bytes)
  init(_ bytes: borrowing [UInt8], base: Int) {
    self.init(unsafe bytes.span.bytes, base: base)
  }

  @_lifetime(copy bytes)
  private init(_ bytes: RawSpan, _ range: Range<Int>, _ base: Int) {
    self.bytes = bytes
    position = range.lowerBound
    limit = range.upperBound
    self.base = base
  }

  /// The window of the same bytes at `run`, which has to lie inside them.
  @_lifetime(copy self)
  @inline(__always)
  func window(_ run: ByteRange) -> WindowCursor {
    let range = run.positions
    precondition(range.upperBound <= bytes.byteCount)
    return WindowCursor(bytes, range, base)
  }

  /// Whether the window is read to its end.
  @inline(__always) var isAtEnd: Bool { position == limit }

  /// What of the window is not read yet.
  @inline(__always) var rest: ByteRange { ByteRange(position, limit - position) }

  /// Reads an unsigned LEB128 integer of at most 64 bits (at most 10 bytes).
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func varint() throws(FormatError) -> UInt64 {
    if position < limit {
      let first = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      if first < 0x80 {
        position += 1
        return UInt64(first)
      }
      if position + 1 < limit {
        let second = unsafe bytes.unsafeLoad(
          fromUncheckedByteOffset: position + 1, as: UInt8.self)
        if second < 0x80 {
          position += 2
          return UInt64(first & 0x7F) | UInt64(second) << 7
        }
      }
    }
    let (value, end) = try longVarint()
    position = end
    return value
  }

  // Not mutating, so that the cursor can stay in registers where the caller reads short integers.
  @inline(never)
  private func longVarint() throws(FormatError) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var index = position
    while true {
      if index >= limit {
        throw FormatError(
          .truncated, at: base + index, "a variable-length integer goes past its message's end")
      }
      let next = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
      index += 1
      if shift == 63 && next > 1 {
        throw FormatError(
          .invalid, at: base + position, "a variable-length integer does not fit in 64 bits")
      }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return (value, index) }
      shift += 7
    }
  }

  /// Reads a little-endian 32-bit integer.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixed32() throws(FormatError) -> UInt32 {
    if limit - position < 4 { throw shortage(4) }
    let value = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position, as: UInt32.self)
    position += 4
    return UInt32(littleEndian: value)
  }

  /// Reads a little-endian 64-bit integer.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixed64() throws(FormatError) -> UInt64 {
    if limit - position < 8 { throw shortage(8) }
    let value = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position, as: UInt64.self)
    position += 8
    return UInt64(littleEndian: value)
  }

  /// Steps over `count` bytes and returns where they lie.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func take(_ count: UInt64) throws(FormatError) -> ByteRange {
    if count > UInt64(limit - position) { throw shortage(count) }
    let run = ByteRange(position, Int(truncatingIfNeeded: count))
    position += Int(truncatingIfNeeded: count)
    return run
  }

  /// Whether the bytes at two runs, which have to lie inside all bytes, are the same.
  func equal(_ a: ByteRange, _ b: ByteRange) -> Bool {
    if a.count != b.count { return false }
    let (left, right) = (bytes.extracting(a.positions), bytes.extracting(b.positions))
    return unsafe left.withUnsafeBytes { left in
      unsafe right.withUnsafeBytes { right in
        guard let l = left.baseAddress, let r = right.baseAddress else { return true }
        return unsafe memcmp(l, r, left.count) == 0
      }
    }
  }

  /// Appends the bytes at `run`, which has to lie inside all bytes, to `out`.
  func copy(_ run: ByteRange, to out: inout [UInt8]) {
    let part = bytes.extracting(run.positions)
    unsafe part.withUnsafeBytes { unsafe out.append(contentsOf: $0) }
  }

  @inline(never)
  private func shortage(_ count: UInt64) -> FormatError {
    FormatError(
      .truncated, at: base + position,
      "a field of \(count) bytes lies in a message that has \(limit - position) left")
  }
}
