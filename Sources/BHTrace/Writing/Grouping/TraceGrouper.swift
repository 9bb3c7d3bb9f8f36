/// Brings the spans of each trace together, over all batches, in bounded memory.
///
/// Batches are held until they take more than their share of the memory; then their spans go to a
/// scratch file, sorted by trace. What comes out does not depend on that.
struct TraceGrouper {
  private var table = TraceTable()
  private var batches: [SpanBatch] = []
  /// For each span held, batch by batch, the number of its trace.
  private var numbers: [UInt32] = []
  private var v1Files: [Int: SpanReference] = [:]
  private var heldBytes = 0
  private var batchCount = 0
  private var spool: SpanSpool?
  private var metadataEntries: [[UInt8]] = []
  private let memory: Int
  private let scratchFolder: String

  /// Spans held may take this (bytes) even where the tables leave less of the memory.
  private static let leastHeld = 32 << 20

  /// What is left of the memory (bytes) for making a segment of the spans.
  private static let segmentBytes = 96 << 20

  /// A grouper that holds about `memory` bytes; the rest goes to a scratch file on the file
  /// system of `scratchFolder`.
  init(memory: Int, scratchFolder: String) {
    self.memory = memory
    self.scratchFolder = scratchFolder
  }

  /// The number of spans taken in.
  private(set) var spanCount = 0

  /// Takes all spans of `batch` in. Throws `StorageError` where the scratch file cannot be
  /// written.
  mutating func add(_ batch: SpanBatch) throws {
    // Every v1 file holds one trace of its own, whatever other files call theirs.
    batchCount += 1
    let v1Tag = UInt32(truncatingIfNeeded: batchCount)
    var number = -1
    var last = SpanRecord()
    for index in batch.spans.indices {
      let span = batch.spans[index]
      if number < 0 || span.dialect != last.dialect
        || !ByteComparison.equal(batch.arena, span.traceID, batch.arena, last.traceID)
      {
        number = table.number(
          batch.arena, span.traceID, tag: span.dialect == .v1 ? v1Tag : 0)
      }
      last = span
      table.count(number, start: span.start, bytes: batch.contentBytes(of: span))
      numbers.append(UInt32(number))
    }
    for (index, file) in batch.v1Files.enumerated() {
      let number = table.number(batch.arena, file.traceID, tag: v1Tag)
      v1Files[number] = SpanReference(batch: batches.count, span: index)
    }
    for extra in batch.messageExtras { metadataEntries.append(batch.bytes(extra)) }
    spanCount += batch.spans.count
    heldBytes += batch.memoryBytes
    batches.append(batch)
    let tables = table.memoryBytes + (spool?.memoryBytes ?? 0)
    let room = (memory - tables - Self.segmentBytes) / 2
    if heldBytes > max(min(Self.leastHeld, memory), room) { try spill() }
  }

  private mutating func spill() throws {
    if batches.isEmpty { return }
    var file = try spool ?? SpanSpool(in: scratchFolder)
    spool = nil
    try file.spill(batches, numbers: numbers, starts: table.starts, v1Files: v1Files)
    spool = file
    batches = []
    numbers = []
    v1Files = [:]
    heldBytes = 0
  }

  /// Unknown fields of whole messages, of all batches, in the order of their bytes.
  func metadata() -> [[UInt8]] {
    metadataEntries.sorted { ByteComparison.order($0, $1) < 0 }
  }

  /// Hands out the traces, segment by segment, in the order of (start, id), with the batches
  /// their spans lie in. Rethrows; throws `StorageError` where the scratch file cannot be read.
  mutating func forEachSegment(
    _ options: FormatOptions, threads: Int,
    _ body: ([SegmentTrace], [SpanBatch]) throws -> Void
  ) throws {
    let segments = table.segments(options)
    let (table, v1Files) = (self.table, self.v1Files)
    guard spool != nil else {
      let (batches, grouped) = (self.batches, GroupedSpans(self.batches, numbers: numbers))
      for traces in segments {
        let built = Self.build(traces.count, batches, threads: threads) { index in
          TraceInputs(
            id: table.id(traces[index]), spans: Array(grouped.spans(of: traces[index])),
            v1File: v1Files[traces[index]])
        }
        try body(built, batches)
      }
      return
    }
    try spill()
    guard var spool else { return }
    self.spool = nil
    // Where the parts of each trace are in the list of all parts.
    let byTrace = spool.parts.indices.sorted {
      (spool.parts[$0].trace, $0) < (spool.parts[$1].trace, $1)
    }
    var bounds = [Int](repeating: 0, count: table.count + 1)
    for part in spool.parts { bounds[Int(part.trace) + 1] += 1 }
    for trace in 0..<table.count { bounds[trace + 1] += bounds[trace] }
    for traces in segments {
      let parts = traces.map { trace in
        byTrace[bounds[trace]..<bounds[trace + 1]].map { spool.parts[$0] }
      }
      let (loaded, places) = try spool.load(parts.flatMap { $0 })
      let spooledFiles = spool.v1Files
      let built = Self.build(traces.count, loaded, threads: threads) { index in
        var spans: [SpanReference] = []
        for part in parts[index] {
          let batch = places[Int(part.block)] ?? 0
          for span in Int(part.first)..<Int(part.first + part.count) {
            spans.append(SpanReference(batch: batch, span: span))
          }
        }
        let file = spooledFiles[traces[index]].map {
          SpanReference(batch: places[$0.batch] ?? 0, span: $0.span)
        }
        return TraceInputs(id: table.id(traces[index]), spans: spans, v1File: file)
      }
      try body(built, loaded)
    }
  }

  /// What a trace is made of.
  private struct TraceInputs: Sendable {
    var id: [UInt8]
    var spans: [SpanReference]
    var v1File: SpanReference?
  }

  /// The traces that `input` answers with for 0..<count.
  private static func build(
    _ count: Int, _ batches: [SpanBatch], threads: Int,
    _ input: @Sendable (Int) -> TraceInputs
  ) -> [SegmentTrace] {
    // Small traces are many: a worker takes a run of them at a time.
    let run = 256
    let runs = Parallel.map((count + run - 1) / run, threads: threads, state: 0) { index, _ in
      ((index * run)..<min(count, (index + 1) * run)).map { make(input($0), batches) }
    }
    return runs.flatMap { $0 }
  }

  private static func make(_ input: TraceInputs, _ batches: [SpanBatch]) -> SegmentTrace {
    var built = TraceTreeBuilder.build(input.spans, in: batches)
    let ordered = built.order.map { input.spans[$0] }
    if built.tree.dialect == .v1 {
      let positions = ordered.map { batches[$0.batch].spans[$0.span].filePosition }
      let isPreOrder = positions.enumerated().allSatisfy { Int($0.element) == $0.offset }
      if !isPreOrder { built.tree.filePositions = positions }
    }
    return SegmentTrace(id: input.id, tree: built.tree, spans: ordered, v1File: input.v1File)
  }
}
