@testable import BHTrace

/// A mined segment with the pages of its chunks, as what makes index sections gets them, and its spans
/// chunk by chunk to compare with.
struct MinedFixture {
  let mined: MinedSegment
  let traces: [SegmentTrace]
  private let segmentSpans: SegmentSpans
  private(set) var pages: [IndexPage] = []
  private var chunkSpans: [Range<Int>] = []
  private var longestTraces: [UInt64] = []

  /// A segment of the spans of `batches`, in chunks of whole traces of up to `chunkSpans` spans; traces
  /// of more than `pieceSpans` are cut into pieces. Mined in `runs` runs.
  init(
    _ batches: [SpanBatch], chunkSpans most: Int = 40, pieceSpans: Int = .max, runs: Int = 1
  ) throws {
    var grouper = TraceGrouper(memory: 1 << 30, scratchFolder: "/tmp")
    for batch in batches { try grouper.add(batch) }
    var loaded = LoadedSegment(traces: [], batches: [])
    try grouper.finish().forEachSegment(threads: 1) { loaded = $0 }
    let traces = loaded.traces
    segmentSpans = SegmentSpans(traces, in: loaded.batches)
    mined = MinedSegment(
      segmentSpans, valueTableBytes: FormatOptions().valueTableBytes, threads: runs)
    self.traces = traces
    var (page, first, next) = (IndexPage(), 0, 0)
    func close(_ longest: UInt64 = 0) {
      if page.count > 0 {
        pages.append(page)
        chunkSpans.append(first..<next)
        longestTraces.append(longest)
      }
      (page, first) = (IndexPage(), next)
    }
    for trace in traces {
      let count = trace.spans.count
      if page.count + count > most || count > pieceSpans { close() }
      var tree = trace.tree
      tree.operations = Array(mined.operations[next..<(next + count)])
      let contexts = Array(mined.contexts[next..<(next + count)])
      if count <= pieceSpans {
        page.append(tree, contexts: contexts)
        next += count
        continue
      }
      for start in stride(from: 0, to: count, by: pieceSpans) {
        let piece = start..<min(start + pieceSpans, count)
        page = IndexPage(
          piece: piece, of: tree, traceStart: tree.earliestStart,
          operations: Array(tree.operations[piece]), contexts: Array(contexts[piece]),
          subtreeEnds: tree.subtreeEnds(), spanID: { _ in [] })
        next += piece.count
        close(tree.duration)
      }
    }
    close()
  }

  var chunks: MinedChunks {
    MinedChunks(
      mined, segmentSpans, pages: pages, chunks: chunkSpans, longestTraces: longestTraces)
  }

  /// The sections that `choice` asks for.
  func sections(
    _ choice: FormatOptions.IndexChoice = .all, wantsIndex: Bool = true, sizeWithout: Int = 0,
    threads: Int = 1
  ) -> (sections: [OptionalSections.Encoded], indexedWords: [UInt32]) {
    let made = OptionalSections.make(
      chunks, choice: choice, wantsIndex: wantsIndex, sizeWithout: sizeWithout, threads: threads)
    return (made.sections, made.indexedWords.map(\.word.rawValue))
  }

  /// For each chunk its spans, each with its batch.
  var spans: [[(batch: SpanBatch, span: SpanRecord)]] {
    let all = segmentSpans.references.map {
      (segmentSpans.batches[$0.batch], segmentSpans.batches[$0.batch].spans[$0.span])
    }
    var next = 0
    return pages.map { page in
      defer { next += page.count }
      return Array(all[next..<(next + page.count)])
    }
  }
}

extension SpanBatch {
  /// Spans whose attributes tell the time, with what index sections are made of: in traces of
  /// `traceSpans` spans, `traces` of them a second apart.
  static func timeline(traces: Int, traceSpans: Int) -> SpanBatch {
    var batch = SpanBatch()
    var resource = ResourceRecord()
    resource.isPresent = true
    resource.attributes = batch.attributes([("service.name", "shop")])
    batch.resources.append(resource)
    batch.scopes.append(ScopeRecord())
    for trace in 0..<traces {
      let id = batch.append((0..<16).map { UInt8(truncatingIfNeeded: trace >> ($0 % 4 * 8)) })
      for position in 0..<traceSpans {
        var span = SpanRecord()
        span.traceID = id
        span.spanID = batch.append((0..<8).map { $0 == 0 ? UInt8(position + 1) : 7 })
        span.name = batch.append(position == 0 ? "GET" : "SELECT")
        span.kind = position == 0 ? 2 : 3
        span.start = 1_700_000_000_000_000_000 + UInt64(trace) * 1_000_000_000 + UInt64(position)
        span.end = span.start + UInt64(1) << UInt64(trace % 20) - UInt64(position)
        span.statusCode = trace % 10 == 9 ? 2 : 0
        span.hasStatus = true
        let first = batch.attributes.count
        _ = batch.attributes([
          ("order", "order \(trace)"), ("day", "day \(trace / 40)"),
          ("request", "r\(position) \(trace)"),
          ("id", String(decoding: HexText.encode(batch.bytes(id)[...]), as: UTF8.self)),
        ])
        batch.attributes.append(
          AttributeRecord(
            key: batch.append("place"), kind: .int, bits: UInt64(position)))
        batch.attributes.append(
          AttributeRecord(key: batch.append("seq"), kind: .int, bits: UInt64(trace)))
        batch.attributes.append(
          AttributeRecord(key: batch.append("code"), kind: .int, bits: UInt64(trace / 30)))
        batch.attributes.append(
          AttributeRecord(
            key: batch.append("load"), kind: .double, bits: (Double(trace) * 0.5 - 20).bitPattern))
        span.attributes = RecordRange(first, batch.attributes.count - first)
        batch.spans.append(span)
      }
    }
    return batch
  }
}
