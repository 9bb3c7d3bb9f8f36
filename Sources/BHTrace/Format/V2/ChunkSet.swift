/// Some of the chunks of a segment: what index sections answer with.
package struct ChunkSet: Sendable, Equatable {
  /// How many chunks the segment has.
  let chunkCount: Int
  private var words: [UInt64]

  /// None of `chunkCount` chunks.
  init(noneOf chunkCount: Int) {
    self.chunkCount = chunkCount
    words = [UInt64](repeating: 0, count: (chunkCount + 63) / 64)
  }

  /// All of `chunkCount` chunks.
  init(allOf chunkCount: Int) {
    self.init(noneOf: chunkCount)
    for index in words.indices { words[index] = .max }
    if chunkCount % 64 > 0 { words[words.count - 1] = UInt64.max >> UInt64(64 - chunkCount % 64) }
  }

  /// Takes in `chunk`, which has to be below `chunkCount`.
  mutating func insert(_ chunk: Int) { words[chunk >> 6] |= 1 << UInt64(chunk & 63) }

  /// Leaves `chunk` out, which has to be below `chunkCount`.
  mutating func remove(_ chunk: Int) { words[chunk >> 6] &= ~(1 << UInt64(chunk & 63)) }

  /// Whether `chunk`, which has to be below `chunkCount`, is one of them.
  func contains(_ chunk: Int) -> Bool { words[chunk >> 6] >> UInt64(chunk & 63) & 1 == 1 }

  /// Takes in those of `other`, a set of chunks of the same segment.
  package mutating func formUnion(_ other: ChunkSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// These and those of `other`, a set of chunks of the same segment.
  package func union(_ other: ChunkSet) -> ChunkSet {
    var all = self
    all.formUnion(other)
    return all
  }

  /// Keeps only what is in `other` too, a set of chunks of the same segment.
  package mutating func formIntersection(_ other: ChunkSet) {
    for index in words.indices { words[index] &= other.words[index] }
  }

  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// How many chunks are in the set.
  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The chunks, ascending.
  var chunks: [Int] { (0..<chunkCount).filter(contains) }
}
