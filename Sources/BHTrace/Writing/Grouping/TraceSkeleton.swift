/// What the tree of a large trace needs of its spans, which may be too many to hold whole.
struct TraceSkeleton {
  /// The spans with their ids, times, kind and status, and the links of those without a parent id. In
  /// the place of the flags is the size of what a span says, in that of resource and scope which of
  /// `origins` they are.
  private(set) var batches: [SpanBatch] = []
  /// The number of spans.
  private(set) var count = 0

  /// What a span adds to the size of a segment.
  struct Size {
    var bytes: UInt32
    /// Indices of `origins`.
    var resource: UInt32
    var scope: UInt32
  }

  /// The resources and scopes that count; the first stands for none.
  private(set) var origins = [OriginSample.Counted(key: 0, weight: 0)]
  private var numbers: [OriginSample.Counted: UInt32] = [:]

  private static let batchSpans = 1 << 16

  /// The skeleton of `trace`, which has `count` spans.
  init(_ trace: StoredTrace, count: Int, sample: OriginSample) throws {
    try trace.forEachPiece { piece in add(piece, remaining: count - self.count, sample) }
  }

  /// What the span at `index` adds to the size of a segment.
  func size(of index: Int) -> Size {
    let place = Self.place(index)
    let span = batches[place.batch].spans[place.span]
    return Size(bytes: span.flags, resource: span.resource, scope: span.scope)
  }

  /// Where the span at `index` lies in `batches`.
  @inline(__always)
  static func place(_ index: Int) -> SpanReference {
    SpanReference(batch: index / batchSpans, span: index % batchSpans)
  }

  private mutating func add(_ piece: StoredTrace.Piece, remaining: Int, _ sample: OriginSample) {
    let digester = SpanDigester(piece.batch)
    let resources = sample.resources(of: piece.batch, digester).map { number($0) }
    let scopes = sample.scopes(of: piece.batch, digester).map { number($0) }
    for index in piece.spans {
      if count % Self.batchSpans == 0 {
        var batch = SpanBatch()
        batch.spans.reserveCapacity(min(Self.batchSpans, remaining))
        batches.append(batch)
      }
      let span = piece.batch.spans[index]
      var outline = piece.batch.outline(of: span)
      outline.flags = UInt32(clamping: piece.batch.contentBytes(of: span))
      batches[batches.count - 1].add(
        outline, from: piece.batch, resource: resources[Int(span.resource)],
        scope: scopes[Int(span.scope)])
      count += 1
    }
  }

  private mutating func number(_ origin: OriginSample.Counted?) -> UInt32 {
    guard let origin else { return 0 }
    if let known = numbers[origin] { return known }
    let number = UInt32(origins.count)
    origins.append(origin)
    numbers[origin] = number
    return number
  }
}

extension SpanBatch {
  /// What of `span` decides about its place in the tree.
  fileprivate func outline(of span: SpanRecord) -> SpanRecord {
    var outline = SpanRecord()
    outline.spanID = span.spanID
    outline.parentSpanID = span.parentSpanID
    outline.start = span.start
    outline.end = span.end
    outline.kind = span.kind
    outline.statusCode = span.statusCode
    outline.filePosition = span.filePosition
    outline.dialect = span.dialect
    // A link may name the parent where the span itself names none, or zeros.
    if span.links.count > 0, arena[span.parentSpanID.positions].allSatisfy({ $0 == 0 }) {
      outline.traceID = span.traceID
      outline.links = span.links
    }
    return outline
  }
}
