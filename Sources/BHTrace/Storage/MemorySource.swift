/// Bytes in memory that behave like a file: for input that cannot be read at any place, and for
/// tests.
package struct MemorySource: ByteSource {
  /// The bytes.
  package let bytes: [UInt8]
  package let tailGuess: Int
  package let coalescingGap: Int

  /// A source of `bytes`. Reads in the same pieces as a file of that size, unless other
  /// distances (bytes) are given.
  package init(_ bytes: [UInt8], tailGuess: Int? = nil, coalescingGap: Int = 0) {
    self.bytes = bytes
    self.tailGuess = tailGuess ?? FileSource.tailGuess(byteCount: bytes.count)
    self.coalescingGap = coalescingGap
  }

  package var byteCount: Int { bytes.count }

  package func read(_ range: Range<Int>) throws -> [UInt8] { Array(bytes[range]) }
}
