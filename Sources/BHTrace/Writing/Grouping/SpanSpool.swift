/// Spans that did not fit into memory, in blocks of a scratch file.
///
/// A block is a batch of about 1 MiB, its traces sorted by what was known of their starts. So the
/// traces of one segment lie in a few runs of blocks.
struct SpanSpool {
  private let file: ScratchFile
  private var blocks: [(range: Range<Int>, raw: Int)] = []
  /// For each run of a trace's spans in a block: the trace, the block, the first span, how many.
  private(set) var parts: [Part] = []
  /// The v1 file of each v1 trace: block and index.
  private(set) var v1Files: [Int: SpanReference] = [:]
  /// Blocks of the segment loaded last: the next one may begin in them.
  private var loaded: [(block: Int, batch: SpanBatch)] = []

  struct Part: Sendable {
    var trace: UInt32
    var block: UInt32
    var first: UInt32
    var count: UInt32
  }

  /// A block is closed when its arena has this many bytes.
  private static let blockBytes = 1 << 20

  /// A spool in a scratch file on the file system of `folder`.
  init(in folder: String) throws { file = try ScratchFile(in: folder) }

  /// The memory the spool's own tables take (bytes).
  var memoryBytes: Int { parts.count * MemoryLayout<Part>.stride + blocks.count * 24 }

  /// Writes all spans of `batches`, whose traces are `numbers` (batch by batch, span by span), in
  /// the order of `starts`.
  mutating func spill(
    _ batches: [SpanBatch], numbers: [UInt32], starts: [UInt64],
    v1Files files: [Int: SpanReference]
  ) throws {
    let grouped = GroupedSpans(batches, numbers: numbers)
    let order = grouped.traces.sorted { a, b in
      starts[a] != starts[b] ? starts[a] < starts[b] : a < b
    }
    var block = SpanBatch()
    var origins = OriginCopies(batches)
    var pending: [Part] = []
    func close() throws {
      if pending.isEmpty { return }
      let image = BatchImage.encode(block)
      let stored = LZ4.compressFast(image) ?? image
      blocks.append((try file.append(stored), image.count))
      parts += pending
      pending = []
      block = SpanBatch()
      origins = OriginCopies(batches)
    }
    for trace in order {
      if block.arena.count >= Self.blockBytes { try close() }
      let spans = grouped.spans(of: trace)
      let first = block.spans.count
      for reference in spans {
        let source = batches[reference.batch]
        let span = source.spans[reference.span]
        let resource = origins.resource(Int(span.resource), of: reference.batch, in: &block)
        let scope = origins.scope(Int(span.scope), of: reference.batch, in: &block)
        block.add(span, from: source, resource: resource, scope: scope)
      }
      if let reference = files[trace] {
        let source = batches[reference.batch]
        v1Files[trace] = SpanReference(batch: blocks.count, span: block.v1Files.count)
        block.add(source.v1Files[reference.span], from: source)
      }
      pending.append(
        Part(
          trace: UInt32(trace), block: UInt32(blocks.count), first: UInt32(first),
          count: UInt32(spans.count)))
    }
    try close()
  }

  /// Loads blocks; `parts` are the runs wanted. Returns the batches and, for each block number,
  /// where it is in them.
  mutating func load(_ parts: [Part]) throws -> (batches: [SpanBatch], places: [Int: Int]) {
    var wanted = Set(parts.map { Int($0.block) })
    for part in parts {
      if let file = v1Files[Int(part.trace)] { wanted.insert(file.batch) }
    }
    let numbers = wanted.sorted()
    var kept: [(block: Int, batch: SpanBatch)] = []
    for number in numbers {
      if let known = loaded.first(where: { $0.block == number }) {
        kept.append(known)
        continue
      }
      let (range, raw) = blocks[number]
      let stored = try file.read(range)
      let image =
        stored.count == raw ? stored : LZ4.decompress(stored.rawSpan, count: raw) ?? []
      guard let batch = BatchImage.decode(image) else {
        throw FormatError(.invalid, at: nil, "the scratch file was changed while it was in use")
      }
      kept.append((number, batch))
    }
    loaded = kept
    var places: [Int: Int] = [:]
    for (place, entry) in kept.enumerated() { places[entry.block] = place }
    return (kept.map(\.batch), places)
  }
}
