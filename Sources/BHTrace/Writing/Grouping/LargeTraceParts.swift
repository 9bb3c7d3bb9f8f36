/// A part of a trace that several segments share: where its spans lie.
struct LargeTracePart: Sendable {
  let id: [UInt8]
  let whole: LargeTrace
  /// The part's positions in the trace, in pre-order.
  let range: Range<Int>
  /// The size of what its spans say.
  let bytes: Int
  let spans: Spans
  /// What the v1 file of the trace says, in the first part.
  let v1File: SpanReference?
  /// How many spans of the whole trace are exact copies of others; told with the first part.
  let copies: Int

  enum Spans: Sendable {
    /// In memory, in pre-order.
    case held([SpanReference])
    /// In blocks of a scratch file; for each span, in the order of the blocks, its position.
    case spooled(SpoolFile, blocks: [PartBuckets.Block], positions: [UInt32])
  }

  /// The part with its spans.
  func load(_ source: GroupedTraces) throws -> LoadedSegment {
    var batches: [SpanBatch] = []
    var references: [SpanReference]
    var file: SpanReference?
    switch spans {
    case .held(let held):
      references = held
      var places: [Int: Int] = [:]
      func place(_ batch: Int) -> Int {
        if let known = places[batch] { return known }
        places[batch] = batches.count
        batches.append(source.held.batches[batch])
        return batches.count - 1
      }
      for index in references.indices {
        references[index].batch = place(references[index].batch)
      }
      file = v1File.map { SpanReference(batch: place($0.batch), span: $0.span) }
    case .spooled(let spool, let blocks, let positions):
      references = Array(repeating: SpanReference(batch: 0, span: 0), count: range.count)
      var next = 0
      for block in blocks {
        let part = SpanSpool.Part(
          trace: 0, block: UInt32(block.number), word: 0, count: UInt32(block.spans))
        let batch = try spool.load(block.number).unpack(CollectionOfOne(part))
        for span in 0..<block.spans {
          references[Int(positions[next]) - range.lowerBound] = SpanReference(
            batch: batches.count, span: span)
          next += 1
        }
        batches.append(batch)
      }
      if let v1File {
        file = SpanReference(batch: batches.count, span: v1File.span)
        batches.append(try spool.load(v1File.batch).base)
      }
    }
    let isPart = range.count < whole.tree.count
    let trace = SegmentTrace(
      id: id, tree: isPart ? whole.tree.part(range) : whole.tree, spans: references, v1File: file,
      part: isPart ? TracePart(trace: whole, position: range.lowerBound) : nil)
    return LoadedSegment(traces: [trace], batches: batches, copies: copies)
  }
}

extension TraceTree {
  /// The spans at `range`, their parents as positions in the whole trace.
  fileprivate func part(_ range: Range<Int>) -> TraceTree {
    var part = TraceTree()
    part.parents = Array(parents[range])
    part.operations = Array(operations[range])
    part.starts = Array(starts[range])
    part.ends = Array(ends[range])
    part.marks = Array(marks[range])
    if !filePositions.isEmpty { part.filePositions = Array(filePositions[range]) }
    part.dialect = dialect
    return part
  }
}

/// Cuts a large trace into parts.
enum LargeTraceParts {
  /// The memory that making the tree of a trace takes for each span (bytes).
  static let treeBytes = 320

  /// In the place of a span's position: the span is left out.
  static let leftOut = UInt32.max

  /// The parts of trace `number` of `source`, one where it is not too large after all. Those of a
  /// trace in a scratch file are written to `spool` anew, each by itself.
  static func make(
    _ number: Int, of source: GroupedTraces, options: FormatOptions, spool: inout SpoolFile?
  ) throws -> [LargeTracePart] {
    let stored = StoredTrace(number, of: source)
    let (whole, positions, cuts, copies) = try outline(
      stored, count: Int(source.table.spans[number]), options, dropsCopies: source.dropsCopies)
    let id = source.table.id(number)
    if stored.isHeld {
      var spans = [SpanReference](
        repeating: SpanReference(batch: 0, span: 0), count: whole.tree.count)
      for (index, position) in positions.enumerated() where position != leftOut {
        spans[Int(position)] = stored[index]
      }
      return cuts.map { cut in
        LargeTracePart(
          id: id, whole: whole, range: cut.range, bytes: cut.bytes,
          spans: .held(Array(spans[cut.range])),
          v1File: cut.range.lowerBound == 0 ? source.held.v1Files[number] : nil,
          copies: cut.range.lowerBound == 0 ? copies : 0)
      }
    }
    guard let file = spool else { return [] }
    spool = nil
    var buckets = PartBuckets(cuts.map(\.range), in: file)
    try buckets.add(stored, positions: positions)
    let blocks = try buckets.finish()
    spool = blocks.file
    return cuts.indices.map { part in
      LargeTracePart(
        id: id, whole: whole, range: cuts[part].range, bytes: cuts[part].bytes,
        spans: .spooled(
          blocks.file, blocks: blocks.blocks[part], positions: blocks.positions[part]),
        v1File: part == 0 ? source.spool?.v1Files[number] : nil, copies: part == 0 ? copies : 0)
    }
  }

  /// The trace, for each span its position in it, or `leftOut`, how it is cut, and how many spans are
  /// exact copies of others.
  private static func outline(
    _ stored: StoredTrace, count: Int, _ options: FormatOptions, dropsCopies: Bool
  ) throws -> (whole: LargeTrace, positions: [UInt32], cuts: [Cut], copies: Int) {
    let skeleton = try TraceSkeleton(
      stored, count: count, sample: OriginSample(segmentBytes: options.segmentBytes))
    var (canonical, copies) = try SkeletonOrder.order(skeleton, of: stored)
    var positions = [UInt32](repeating: 0, count: canonical.count)
    if dropsCopies && !copies.isEmpty {
      for index in copies { positions[Int(index)] = leftOut }
      canonical.removeAll { positions[Int($0)] == leftOut }
    }
    var built = TraceTreeBuilder.build(
      canonical.map { TraceSkeleton.place(Int($0)) }, in: skeleton.batches, areSorted: true)
    var cutting = Cutting(options, skeleton)
    var ids = SpanIDs()
    var filePositions: [UInt32] = []
    for (position, place) in built.order.enumerated() {
      let index = Int(canonical[place])
      positions[index] = UInt32(position)
      cutting.add(skeleton.size(of: index))
      let outline = TraceSkeleton.place(index)
      let span = skeleton.batches[outline.batch].spans[outline.span]
      ids.append(span.spanID, of: skeleton.batches[outline.batch].arena)
      if built.tree.dialect == .v1 { filePositions.append(span.filePosition) }
    }
    if built.tree.dialect == .v1 { built.tree.setFilePositions(filePositions) }
    return (LargeTrace(built.tree, ids: ids), positions, cutting.finish(), copies.count)
  }

  /// A part as it is cut: its positions, and the size of what its spans say.
  private struct Cut {
    var range = 0..<0
    var bytes = 0
  }

  /// Puts spans, in pre-order, into parts.
  private struct Cutting {
    private let options: FormatOptions
    private let origins: [OriginSample.Counted]
    /// For each of the origins the part it was counted in last.
    private var counted: [Int]
    private var parts: [Cut] = []
    private var part = Cut()

    init(_ options: FormatOptions, _ skeleton: borrowing TraceSkeleton) {
      self.options = options
      origins = skeleton.origins
      counted = Array(repeating: -1, count: origins.count)
    }

    mutating func add(_ size: TraceSkeleton.Size) {
      let count = part.range.count
      if count == options.segmentSpans
        || (count > 0 && part.bytes + newBytes(size) > options.segmentBytes)
      {
        parts.append(part)
        part = Cut(range: part.range.upperBound..<part.range.upperBound)
      }
      part.bytes += newBytes(size)
      counted[Int(size.resource)] = parts.count
      counted[Int(size.scope)] = parts.count
      part.range = part.range.lowerBound..<(part.range.upperBound + 1)
    }

    /// What a span of `size` adds to the part.
    private func newBytes(_ size: TraceSkeleton.Size) -> Int {
      var bytes = Int(size.bytes)
      if counted[Int(size.resource)] != parts.count { bytes += origins[Int(size.resource)].weight }
      if counted[Int(size.scope)] != parts.count && size.scope != size.resource {
        bytes += origins[Int(size.scope)].weight
      }
      return bytes
    }

    consuming func finish() -> [Cut] {
      if !part.range.isEmpty { parts.append(part) }
      return parts
    }
  }
}
