/// Brings the spans of each trace together, over all batches, in bounded memory.
///
/// Batches are held until they take more than their share of the memory; then their spans go to a
/// scratch file, sorted by trace. What comes out does not depend on that.
struct TraceGrouper {
  private var table = TraceTable()
  private var held = HeldSpans()
  private var batchCount = 0
  private var spool: SpanSpool?
  private var metadataEntries: [[UInt8]] = []
  private let options: FormatOptions
  private let sample: OriginSample
  private let memory: Int
  private let threads: Int
  private let scratchFolder: String
  private let dropsCopies: Bool

  /// Spans held may take this (bytes) even where the tables leave less of the memory.
  private static let leastHeld = 32 << 20

  /// What the program takes beside (bytes): code, what is read ahead, what is being packed.
  private static let otherBytes = 64 << 20

  /// What making a segment takes at most, in most cases (bytes).
  private static let segmentBytes = 96 << 20

  /// A grouper for segments by `options`, which holds about `memory` bytes; the rest goes to a
  /// scratch file on the file system of `scratchFolder`. `threads` of 1 or more bring it there. With
  /// `dropsCopies` exact copies of spans are left out.
  init(
    options: FormatOptions = FormatOptions(), memory: Int, threads: Int = 1,
    scratchFolder: String, dropsCopies: Bool = false
  ) {
    self.options = options
    sample = OriginSample(segmentBytes: options.segmentBytes)
    self.memory = memory
    self.threads = threads
    self.scratchFolder = scratchFolder
    self.dropsCopies = dropsCopies
  }

  /// The number of spans taken in.
  private(set) var spanCount = 0

  /// Takes all spans of `batch` in. Throws `StorageError` where the scratch file cannot be
  /// written.
  mutating func add(_ batch: SpanBatch) throws {
    // Every v1 file holds one trace of its own, whatever other files call theirs.
    batchCount += 1
    let v1Tag = UInt32(truncatingIfNeeded: batchCount)
    let digester = SpanDigester(batch)
    let resources = sample.resources(of: batch, digester)
    let scopes = sample.scopes(of: batch, digester)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(batch.spans.count)
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
      if let resource = resources[Int(span.resource)] {
        table.origins.note(resource, trace: number)
      }
      if let scope = scopes[Int(span.scope)] { table.origins.note(scope, trace: number) }
      last = span
      table.count(number, start: span.start, bytes: batch.contentBytes(of: span))
      numbers.append(UInt32(number))
    }
    let files = batch.v1Files.map { table.number(batch.arena, $0.traceID, tag: v1Tag) }
    for extra in batch.messageExtras { metadataEntries.append(batch.bytes(extra)) }
    spanCount += batch.spans.count
    held.add(batch, numbers: numbers, files: files)
    if held.memoryBytes > heldLimit { try spill() }
  }

  /// The memory spans in memory may take (bytes): what the tables and the making of two segments
  /// leave.
  private var heldLimit: Int {
    let tables = table.memoryBytes + (spool?.memoryBytes ?? 0)
    let room = memory - tables - Self.otherBytes - min(memory / 2, 2 * Self.segmentBytes)
    return max(min(Self.leastHeld, memory), room)
  }

  private mutating func spill() throws {
    if held.isEmpty { return }
    var file = try spool ?? SpanSpool(in: scratchFolder)
    spool = nil
    try file.spill(held, starts: table.starts, threads: threads)
    spool = file
    held.removeAll()
  }

  /// Unknown fields of whole messages, of all batches, in the order of their bytes.
  func metadata() -> [[UInt8]] {
    metadataEntries.sorted { ByteComparison.order($0, $1) < 0 }
  }

  /// All spans, by segment. Throws `StorageError` where the scratch file cannot be written.
  consuming func finish() throws -> SegmentRuns {
    let runs = table.runs(options)
    // What holds the tree of a large trace needs the memory that spans take.
    let largest =
      runs.lazy.map { run in
        if case .large(let trace) = run { Int(table.spans[trace]) } else { 0 }
      }.max() ?? 0
    let needed = largest * LargeTraceParts.treeBytes
    if largest > 0 && (spool != nil || held.memoryBytes + needed > memory) { try spill() }
    return SegmentRuns(
      runs,
      of: GroupedTraces(table: table, held: held, spool: spool, dropsCopies: dropsCopies),
      options: options, memory: memory - Self.otherBytes)
  }
}
