/// The spans of one trace where they lie, in memory or in a scratch file; always in the same order.
struct StoredTrace: Sendable {
  private let batches: [SpanBatch]
  private let run: GroupedSpans.Run
  private let parts: ArraySlice<SpanSpool.Part>
  private let file: SpoolFile?

  /// The spans of trace `number` of `source`.
  init(_ number: Int, of source: GroupedTraces) {
    batches = source.held.batches
    run = source.grouped.spans(of: number)
    parts = source.spool?.parts(of: number) ?? []
    file = source.spool?.file
  }

  /// Some spans of a batch, given by their indices.
  struct Piece {
    var batch: SpanBatch
    var spans: [Int]
  }

  /// Whether the spans lie in memory.
  var isHeld: Bool { parts.isEmpty }

  /// The span at `index`; good where the spans lie in memory.
  subscript(index: Int) -> SpanReference { run[run.startIndex + index] }

  /// Hands out all spans, piece by piece.
  func forEachPiece(_ body: (Piece) throws -> Void) throws {
    try forEachPacked { packed, part in
      try body(
        Piece(batch: packed.unpack(CollectionOfOne(part)), spans: Array(0..<Int(part.count))))
    }
    var index = run.startIndex
    while index < run.endIndex {
      let batch = run[index].batch
      var spans: [Int] = []
      while index < run.endIndex && run[index].batch == batch {
        spans.append(run[index].span)
        index += 1
      }
      try body(Piece(batch: batches[batch], spans: spans))
    }
  }

  /// Hands out the spans that lie in a scratch file, packed.
  func forEachPacked(_ body: (PackedSpans, SpanSpool.Part) throws -> Void) throws {
    guard let file else { return }
    for part in parts { try body(file.load(Int(part.block)), part) }
  }
}
