/// Bytes in memory that behave like a file: for input that cannot be read at any place, and for
/// tests.
public struct MemorySource: ByteSource {
  /// The bytes.
  public let bytes: [UInt8]
  public let tailGuess: Int
  public let coalescingGap: Int

  /// A source of `bytes`. Reads in the same pieces as a file of that size, unless other
  /// distances (bytes) are given.
  public init(_ bytes: [UInt8], tailGuess: Int? = nil, coalescingGap: Int = 0) {
    self.bytes = bytes
    self.tailGuess = tailGuess ?? FileSource.tailGuess(byteCount: bytes.count)
    self.coalescingGap = coalescingGap
  }

  public var byteCount: Int { bytes.count }

  public func read(_ ranges: [Range<Int>]) throws -> [[UInt8]] { ranges.map { Array(bytes[$0]) } }
}
