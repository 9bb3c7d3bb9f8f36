/// Writes the spans of a large trace to a scratch file once more, so that those of each part lie
/// together.
struct PartBuckets {
  /// A block that has spans of one part only.
  struct Block: Sendable {
    var number: Int
    var spans: Int
  }

  private var file: SpoolFile
  private let ranges: [Range<Int>]
  private var buckets: [Bucket]
  /// A bucket is written when it has this many bytes.
  private let bucketBytes: Int

  /// All buckets together take this much (bytes).
  private static let memory = 48 << 20

  fileprivate struct Bucket {
    var packed = PackedSpans()
    var spans = 0
    var numbers = OriginNumbers()
    /// The numbers of the resources and scopes of the block that spans are taken from.
    var resources: [UInt32?] = []
    var scopes: [UInt32?] = []
    var blocks: [Block] = []
    var positions: [UInt32] = []
  }

  /// Buckets for the positions `ranges`.
  init(_ ranges: [Range<Int>], in file: SpoolFile) {
    self.file = file
    self.ranges = ranges
    buckets = Array(repeating: Bucket(), count: ranges.count)
    bucketBytes = min(SpoolFile.blockBytes, Self.memory / max(1, ranges.count))
  }

  /// Takes in all spans of `trace`; `positions` has the position of each.
  mutating func add(_ trace: StoredTrace, positions: [UInt32]) throws {
    for (bucket, range) in ranges.enumerated() {
      buckets[bucket].positions.reserveCapacity(range.count)
    }
    var index = 0
    try trace.forEachPacked { packed, part in
      let origins = BlockOrigins(packed.base)
      for bucket in buckets.indices { buckets[bucket].begin(origins) }
      var word = Int(part.word)
      for _ in 0..<part.count {
        if positions[index] != LargeTraceParts.leftOut {
          let bucket = self.bucket(of: Int(positions[index]))
          buckets[bucket].add(packed, at: word, position: positions[index], origins)
          if buckets[bucket].packed.byteCount >= bucketBytes {
            try write(bucket)
            buckets[bucket].begin(origins)
          }
        }
        word += packed.wordCount(at: word)
        index += 1
      }
    }
  }

  /// The file, and for each part its blocks and the positions of the spans in them.
  consuming func finish() throws -> (file: SpoolFile, blocks: [[Block]], positions: [[UInt32]]) {
    for bucket in buckets.indices where buckets[bucket].spans > 0 { try write(bucket) }
    return (file, buckets.map(\.blocks), buckets.map(\.positions))
  }

  private func bucket(of position: Int) -> Int {
    var (low, high) = (0, ranges.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if position < ranges[middle].upperBound { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private mutating func write(_ bucket: Int) throws {
    buckets[bucket].blocks.append(Block(number: file.count, spans: buckets[bucket].spans))
    try file.append(SpoolFile.Image(buckets[bucket].packed))
    buckets[bucket].packed.removeAll()
    buckets[bucket].numbers = OriginNumbers()
    buckets[bucket].spans = 0
  }
}

/// What the resources and scopes of a block say.
private struct BlockOrigins {
  let resources: [Digest128]
  let scopes: [Digest128]

  init(_ base: SpanBatch) {
    let digester = SpanDigester(base)
    resources = digester.resources
    scopes = digester.scopes
  }
}

extension PartBuckets.Bucket {
  /// The spans that come are of another block, or go to another one.
  fileprivate mutating func begin(_ origins: BlockOrigins) {
    resources.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    resources.append(contentsOf: repeatElement(nil, count: origins.resources.count))
    scopes.append(contentsOf: repeatElement(nil, count: origins.scopes.count))
  }

  fileprivate mutating func add(
    _ source: PackedSpans, at word: Int, position: UInt32, _ block: BlockOrigins
  ) {
    let pair = source.origins(at: word)
    let (resource, scope) = (Int(pair.resource), Int(pair.scope))
    let resourceNumber =
      resources[resource]
      ?? numbers.resource(resource, of: source.base, block.resources[resource], in: &packed.base)
    resources[resource] = resourceNumber
    let scopeNumber =
      scopes[scope]
      ?? numbers.scope(scope, of: source.base, block.scopes[scope], in: &packed.base)
    scopes[scope] = scopeNumber
    packed.move(word, of: source, resource: resourceNumber, scope: scopeNumber)
    positions.append(position)
    spans += 1
  }
}

/// The resources and scopes of a batch by what they say.
struct OriginNumbers {
  private var resources: [Digest128: UInt32] = [:]
  private var scopes: [Digest128: UInt32] = [:]

  /// The number of an equal resource of `copy`, which is added where there is none.
  mutating func resource(
    _ index: Int, of source: SpanBatch, _ digest: Digest128, in copy: inout SpanBatch
  ) -> UInt32 {
    if let known = resources[digest],
      SpanOrder.resourcesAreEqual(index, of: source, Int(known), of: copy)
    {
      return known
    }
    let number = UInt32(copy.resources.count)
    copy.resources.append(copy.copy(source.resources[index], from: source))
    resources[digest] = number
    return number
  }

  /// The number of an equal scope of `copy`, which is added where there is none.
  mutating func scope(
    _ index: Int, of source: SpanBatch, _ digest: Digest128, in copy: inout SpanBatch
  ) -> UInt32 {
    if let known = scopes[digest],
      SpanOrder.scopesAreEqual(index, of: source, Int(known), of: copy)
    {
      return known
    }
    let number = UInt32(copy.scopes.count)
    copy.scopes.append(copy.copy(source.scopes[index], from: source))
    scopes[digest] = number
    return number
  }
}
