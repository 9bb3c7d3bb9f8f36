/// What a segment is made of.
struct LoadedSegment: Sendable {
  /// Sorted by (start, id); a part of a trace is alone.
  var traces: [SegmentTrace]
  /// Where their spans lie.
  var batches: [SpanBatch]
  /// Spans that are exact copies of others; they are among the traces' spans unless they are dropped.
  var copies = 0
}

/// Everything that was grouped, where it lies: what the content of segments is loaded from, by any
/// number of threads.
final class GroupedTraces: Sendable {
  let table: TraceTable
  let held: HeldSpans
  let grouped: GroupedSpans
  let spool: SpoolIndex?
  /// Whether exact copies of spans are left out.
  let dropsCopies: Bool

  init(table: TraceTable, held: HeldSpans, spool: SpanSpool?, dropsCopies: Bool = false) {
    self.table = table
    self.dropsCopies = dropsCopies
    self.held = held
    grouped = held.grouped()
    self.spool = spool.map { SpoolIndex($0, traces: table.count) }
  }

  /// The memory that all of it takes (bytes).
  var memoryBytes: Int { table.memoryBytes + held.memoryBytes + (spool?.memoryBytes ?? 0) }
}

/// A segment whose content can be loaded.
struct SegmentJob: Sendable {
  enum Wanted {
    /// Whole traces, by number.
    case traces([UInt32])
    /// A part of a trace that several segments share.
    case part(LargeTracePart)
  }

  let wanted: Wanted
  let source: GroupedTraces
  /// The number of spans, and the size of what they say.
  let spans: Int
  let bytes: Int

  /// What making the segment takes (bytes), roughly: its spans, their streams, their blocks.
  var memoryBytes: Int { spans * 512 + bytes * 3 }

  /// The content; `threads` of 1 or more work on it. Throws `StorageError` where the scratch file
  /// cannot be read.
  func load(threads: Int) throws -> LoadedSegment {
    switch wanted {
    case .part(let part): return try part.load(source)
    case .traces(let traces):
      var loading = SegmentLoading(traces, source)
      try loading.loadBlocks(threads: threads)
      loading.takeHeld()
      return loading.build(threads: threads)
    }
  }
}

/// Brings the spans of a segment's traces together.
private struct SegmentLoading {
  private let traces: [UInt32]
  private let source: GroupedTraces
  private var batches: [SpanBatch] = []
  /// Spans, and the place of the trace of each in `traces`.
  private var runs: [Run] = []
  private var v1Files: [Int: SpanReference] = [:]

  /// Spans of a trace that follow each other in a batch.
  private struct Run {
    var trace: UInt32
    var batch: UInt32
    var first: UInt32
    var count: UInt32
  }

  init(_ traces: [UInt32], _ source: GroupedTraces) {
    self.traces = traces
    self.source = source
  }

  mutating func loadBlocks(threads: Int) throws {
    guard let spool = source.spool else { return }
    var parts: [(trace: UInt32, part: SpanSpool.Part)] = []
    var files: [(trace: Int, file: SpanReference)] = []
    for (place, trace) in traces.enumerated() {
      for part in spool.parts(of: Int(trace)) { parts.append((UInt32(place), part)) }
      if let file = spool.v1Files[Int(trace)] { files.append((Int(trace), file)) }
    }
    parts.sort { ($0.part.block, $0.part.word) < ($1.part.block, $1.part.word) }
    var blocks: [UInt32: Range<Int>] = [:]
    var first = 0
    for index in parts.indices
    where index + 1 == parts.count || parts[index + 1].part.block != parts[index].part.block {
      blocks[parts[index].part.block] = first..<(index + 1)
      first = index + 1
    }
    for (_, file) in files where blocks[UInt32(file.batch)] == nil {
      blocks[UInt32(file.batch)] = 0..<0
    }
    let numbers = blocks.keys.sorted()
    let (wanted, blocksWanted, file) = (parts, blocks, spool.file)
    let loaded = Parallel.map(numbers.count, threads: threads, state: 0) { index, _ in
      Result {
        let chosen = wanted[blocksWanted[numbers[index]] ?? 0..<0]
        return try file.load(Int(numbers[index])).unpack(chosen.lazy.map(\.part))
      }
    }
    var places: [UInt32: Int] = [:]
    for (number, result) in zip(numbers, loaded) {
      let batch = batches.count
      places[number] = batch
      batches.append(try result.get())
      var span: UInt32 = 0
      for (trace, part) in wanted[blocks[number] ?? 0..<0] {
        runs.append(Run(trace: trace, batch: UInt32(batch), first: span, count: part.count))
        span += part.count
      }
    }
    for (trace, file) in files {
      v1Files[trace] = places[UInt32(file.batch)].map {
        SpanReference(batch: $0, span: file.span)
      }
    }
  }

  /// Takes in what is held in memory: only the batches that have a span of the segment.
  mutating func takeHeld() {
    let held = source.held
    var places: [Int: Int] = [:]
    func place(_ batch: Int) -> Int {
      if let known = places[batch] { return known }
      places[batch] = batches.count
      batches.append(held.batches[batch])
      return batches.count - 1
    }
    var (last, lastPlace) = (-1, 0)
    for (trace, number) in traces.enumerated() {
      for reference in source.grouped.spans(of: Int(number)) {
        if reference.batch != last {
          last = reference.batch
          lastPlace = place(last)
        }
        if let run = runs.last, run.trace == UInt32(trace), run.batch == UInt32(lastPlace),
          run.first + run.count == UInt32(reference.span)
        {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(
            Run(
              trace: UInt32(trace), batch: UInt32(lastPlace), first: UInt32(reference.span),
              count: 1))
        }
      }
      if let file = held.v1Files[Int(number)] {
        v1Files[Int(number)] = SpanReference(batch: place(file.batch), span: file.span)
      }
    }
  }

  /// The traces with their trees.
  consuming func build(threads: Int) -> LoadedSegment {
    // Runs by trace, those of a trace in the order they were found.
    var bounds = [Int](repeating: 0, count: traces.count + 1)
    for run in runs { bounds[Int(run.trace) + 1] += 1 }
    for place in traces.indices { bounds[place + 1] += bounds[place] }
    var next = bounds
    var order = [Int](repeating: 0, count: runs.count)
    for (index, run) in runs.enumerated() {
      order[next[Int(run.trace)]] = index
      next[Int(run.trace)] += 1
    }
    let (traces, batches, runs, files, table) = (traces, batches, runs, v1Files, source.table)
    let dropsCopies = source.dropsCopies
    let (sorted, limits) = (order, bounds)
    // Small traces are many: a worker takes a run of them at a time.
    let step = 256
    let made = Parallel.map((traces.count + step - 1) / step, threads: threads, state: 0) {
      index, _ in
      ((index * step)..<min(traces.count, (index + 1) * step)).map { place in
        var spans: [SpanReference] = []
        for index in sorted[limits[place]..<limits[place + 1]] {
          let run = runs[index]
          for span in run.first..<(run.first + run.count) {
            spans.append(SpanReference(batch: Int(run.batch), span: Int(span)))
          }
        }
        let number = Int(traces[place])
        return SegmentTrace.make(
          id: table.id(number), spans: spans, in: batches, v1File: files[number],
          dropsCopies: dropsCopies)
      }
    }
    var segment = LoadedSegment(traces: [], batches: batches)
    for (trace, copies) in made.joined() {
      segment.traces.append(trace)
      segment.copies += copies
    }
    return segment
  }
}

extension SegmentTrace {
  /// The trace whose spans are `spans`, in any order, and how many of them are exact copies of
  /// others, which may be dropped.
  fileprivate static func make(
    id: [UInt8], spans: [SpanReference], in batches: [SpanBatch], v1File: SpanReference?,
    dropsCopies: Bool
  ) -> (trace: SegmentTrace, copies: Int) {
    var spans = spans
    var built = TraceTreeBuilder.build(spans, in: batches)
    var copies = 0
    if let isCopy = ExactCopies.find(spans, built, in: batches) {
      copies = isCopy.count { $0 }
      if dropsCopies {
        spans = zip(spans, isCopy).filter { !$0.1 }.map(\.0)
        built = TraceTreeBuilder.build(spans, in: batches)
      }
    }
    let ordered = built.order.map { spans[$0] }
    if built.tree.dialect == .v1 {
      built.tree.setFilePositions(ordered.map { batches[$0.batch].spans[$0.span].filePosition })
    }
    let trace = SegmentTrace(id: id, tree: built.tree, spans: ordered, v1File: v1File)
    return (trace, copies)
  }
}

extension TraceTree {
  /// Takes in where the spans stand in the file of a v1 trace.
  mutating func setFilePositions(_ positions: [UInt32]) {
    let isPreOrder = positions.enumerated().allSatisfy { Int($0.element) == $0.offset }
    if !isPreOrder { filePositions = positions }
  }
}
