/// Builds little-endian binary structures.
package struct ByteWriter: Sendable {
  /// What has been written.
  package private(set) var bytes: [UInt8]

  /// An empty writer with room for `capacity` bytes.
  package init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// The number of bytes written.
  @inlinable package var count: Int { bytes.count }

  /// Appends one byte.
  @inline(__always)
  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// Appends a little-endian 16-bit integer.
  package mutating func uint16(_ value: UInt16) { fixed(value) }

  /// Appends a little-endian 32-bit integer.
  package mutating func uint32(_ value: UInt32) { fixed(value) }

  /// Appends a little-endian 64-bit integer.
  package mutating func uint64(_ value: UInt64) { fixed(value) }

  private mutating func fixed<T: FixedWidthInteger>(_ value: T) {
    var rest = value
    for _ in 0..<MemoryLayout<T>.size {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Appends an unsigned LEB128 integer (1 to 10 bytes).
  @inline(__always)
  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a count or index, which has to be 0 or more.
  @inline(__always)
  package mutating func varint(_ value: Int) { varint(UInt64(value)) }

  /// Appends a zigzag-coded signed integer.
  @inline(__always)
  package mutating func signedVarint(_ value: Int64) { varint(ZigZag.encode(value)) }

  /// Appends bytes as they are.
  package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Appends bytes as they are.
  package mutating func append(_ more: ArraySlice<UInt8>) { bytes.append(contentsOf: more) }

  /// Appends bytes that lie in memory.
  mutating func append(_ more: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: more) }

  /// Appends the bytes of `range` of an arena.
  package mutating func append(_ range: ByteRange, of arena: [UInt8]) {
    bytes.append(contentsOf: arena[range.positions])
  }

  /// Appends a length and that many bytes.
  package mutating func lengthPrefixed(_ more: [UInt8]) {
    varint(more.count)
    bytes.append(contentsOf: more)
  }

  /// Takes back what was written after the first `count` bytes.
  mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

  /// Forgets what was written and keeps the room for it.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
