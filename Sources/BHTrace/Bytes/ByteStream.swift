/// Bytes that can only be read from front to back: a file, standard input, memory, or another
/// stream decompressed.
package protocol ByteStream {
  /// The next bytes, at most `limit` (which is 1 or more); empty at the end only. Throws
  /// `FormatError` or `StorageError`.
  mutating func next(upTo limit: Int) throws -> [UInt8]
}

/// Bytes in memory as a stream.
package struct MemoryByteStream: ByteStream {
  private let bytes: [UInt8]
  private var position = 0

  /// A stream of `bytes`.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package mutating func next(upTo limit: Int) -> [UInt8] {
    let count = min(limit, bytes.count - position)
    defer { position += count }
    return count == bytes.count ? bytes : Array(bytes[position..<(position + count)])
  }
}
