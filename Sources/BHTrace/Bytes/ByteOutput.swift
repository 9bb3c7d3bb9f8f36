internal import Glibc

/// Writing into room whose size was worked out before: nothing grows, every write is checked
/// against the room.
extension OutputSpan where Element == UInt8 {
  /// Appends an unsigned LEB128 integer (1 to 10 bytes).
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a little-endian 32-bit integer.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixed32(_ value: UInt32) { store(value.littleEndian) }

  /// Appends a little-endian 64-bit integer.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixed64(_ value: UInt64) { store(value.littleEndian) }

  @_lifetime(self: copy self)
  @inline(__always)
  private mutating func store<T: BitwiseCopyable>(_ value: T) {
    unsafe withUnsafeMutableBufferPointer { room, written in
      precondition(room.count - written >= MemoryLayout<T>.size)
      unsafe UnsafeMutableRawPointer(room.baseAddress!).storeBytes(
        of: value, toByteOffset: written, as: T.self)
      written += MemoryLayout<T>.size
    }
  }

  /// Appends the bytes at `run` of `arena`.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func copy(_ run: ByteRange, of arena: [UInt8]) {
    copy(run.positions, of: arena)
  }

  /// Appends the bytes at `range` of `arena`.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func copy(_ range: Range<Int>, of arena: [UInt8]) {
    if range.isEmpty { return }
    let count = range.count
    unsafe arena.withUnsafeBytes { all in
      let source = unsafe UnsafeRawBufferPointer(rebasing: all[range])
      unsafe withUnsafeMutableBufferPointer { room, written in
        precondition(room.count - written >= count)
        unsafe memcpy(room.baseAddress! + written, source.baseAddress!, count)
        written += count
      }
    }
  }
}

extension [UInt8] {
  /// Appends the UTF-8 of `text`.
  @inline(__always)
  package mutating func append(_ text: StaticString) {
    unsafe append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
