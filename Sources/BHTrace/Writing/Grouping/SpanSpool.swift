/// Spans that did not fit into memory, in blocks of a scratch file.
///
/// What is spilled at a time is sorted by what was known of the traces' starts. So the spans of one
/// segment lie in a few runs of blocks.
struct SpanSpool: Sendable {
  /// A run of spans of one trace in a block.
  struct Part: Sendable {
    var trace: UInt32
    var block: UInt32
    /// The word where the first span begins.
    var word: UInt32
    /// The number of spans.
    var count: UInt32
  }

  private(set) var file: SpoolFile
  private(set) var parts: [Part] = []
  /// The v1 file of each v1 trace: block and index.
  private(set) var v1Files: [Int: SpanReference] = [:]

  /// A spool in a scratch file on the file system of `folder`.
  init(in folder: String) throws { file = try SpoolFile(in: folder) }

  /// The memory the spool's own tables take (bytes), with what it takes to bring them into order.
  var memoryBytes: Int {
    parts.count * (MemoryLayout<Part>.stride + 4) + file.memoryBytes + v1Files.count * 40
  }

  /// A block, its parts, and the v1 files in it.
  private struct Spilled: Sendable {
    var image: SpoolFile.Image
    /// The numbers of the blocks count from the first of the job.
    var parts: [Part]
    var v1Files: [(trace: Int, index: Int)]
  }

  /// Writes all spans of `held` in the order of `starts`, which has the start of each trace.
  mutating func spill(_ held: HeldSpans, starts: [UInt64], threads: Int) throws {
    let grouped = held.grouped()
    let traces = held.traces.sorted { a, b in
      starts[a] != starts[b] ? starts[a] < starts[b] : a < b
    }
    let sources = OriginCopies.Sources(held.batches)
    var next = 0
    try OrderedWork<Range<Int>, [Spilled]>.run(
      threads: threads,
      next: {
        if next == traces.count { return nil }
        let first = next
        var spans = 0
        while next < traces.count && spans < Self.jobSpans {
          spans += grouped.spans(of: traces[next]).count
          next += 1
        }
        return first..<next
      },
      state: { Packing(held: held, origins: OriginCopies(sources)) },
      work: { job, packing in
        for trace in traces[job] { packing.add(trace, grouped.spans(of: trace)) }
        return packing.finish()
      },
      body: { blocks in
        for block in blocks {
          let number = UInt32(file.count)
          for part in block.parts {
            parts.append(
              Part(trace: part.trace, block: number, word: part.word, count: part.count))
          }
          for entry in block.v1Files {
            v1Files[entry.trace] = SpanReference(batch: Int(number), span: entry.index)
          }
          try file.append(block.image)
        }
      })
  }

  /// Traces of about this many spans are packed at a time.
  private static let jobSpans = 8 << 10

  /// Packs spans into blocks.
  private struct Packing {
    private let held: HeldSpans
    private var origins: OriginCopies
    private var blocks: [Spilled] = []
    private var packed = PackedSpans()
    private var parts: [Part] = []
    private var v1Files: [(trace: Int, index: Int)] = []

    init(held: HeldSpans, origins: OriginCopies) {
      self.held = held
      self.origins = origins
    }

    mutating func add(_ trace: Int, _ spans: GroupedSpans.Run) {
      if let reference = held.v1Files[trace] {
        let source = held.batches[reference.batch]
        v1Files.append((trace, packed.base.v1Files.count))
        packed.base.add(source.v1Files[reference.span], from: source)
      }
      var part = Part(
        trace: UInt32(trace), block: 0, word: UInt32(packed.words.count), count: 0)
      var current = -1
      var batch = SpanBatch()
      for reference in spans {
        if packed.isFull {
          if part.count > 0 { parts.append(part) }
          close()
          part.word = 0
          part.count = 0
        }
        if reference.batch != current {
          current = reference.batch
          batch = held.batches[current]
        }
        let span = batch.spans[reference.span]
        packed.add(
          span, from: batch,
          resource: origins.resource(span.resource, of: current, in: &packed.base),
          scope: origins.scope(span.scope, of: current, in: &packed.base))
        part.count += 1
      }
      if part.count > 0 { parts.append(part) }
    }

    /// The blocks of all that was added.
    mutating func finish() -> [Spilled] {
      close()
      defer { blocks = [] }
      return blocks
    }

    /// Makes a block of what is packed.
    private mutating func close() {
      if parts.isEmpty && v1Files.isEmpty { return }
      blocks.append(
        Spilled(image: SpoolFile.Image(packed), parts: parts, v1Files: v1Files))
      packed.removeAll()
      parts = []
      v1Files = []
      origins.begin()
    }
  }
}

extension PackedSpans {
  /// Whether the spans make up a block.
  fileprivate var isFull: Bool {
    base.arena.count + words.count * 8 >= SpoolFile.blockBytes
  }

  /// Forgets everything and keeps the room for it.
  mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    base.arena.removeAll(keepingCapacity: true)
    base.attributes.removeAll(keepingCapacity: true)
    base.resources.removeAll(keepingCapacity: true)
    base.scopes.removeAll(keepingCapacity: true)
    base.v1Files.removeAll(keepingCapacity: true)
  }
}
