/// Which spans of a segment a chunk has.
struct ChunkPlan: Sendable {
  /// A part of a trace that is too large for one chunk.
  struct Piece: Sendable {
    let trace: LargeTrace
    /// The position of its first span in the trace.
    let position: Int
  }

  /// Its traces, by number in the segment; just one where it is a piece of it.
  var traces: Range<Int>
  /// Its spans, by number in the segment.
  var spans: Range<Int>
  /// Set where it is a piece of a trace.
  var piece: Piece?

  /// How many traces begin in it.
  var begun: Int { piece?.position ?? 0 > 0 ? 0 : traces.count }

  /// Cuts `traces`, whose spans are `spans`, into runs of whole traces of about the size of a chunk
  /// and into pieces of large ones.
  static func cut(
    _ traces: [SegmentTrace], _ spans: SegmentSpans, _ mined: MinedSegment, options: FormatOptions
  ) -> [ChunkPlan] {
    var plans: [ChunkPlan] = []
    var open = ChunkPlan(traces: 0..<0, spans: 0..<0)
    var content = 0
    func close(before trace: Int) {
      if !open.traces.isEmpty { plans.append(open) }
      open = ChunkPlan(
        traces: trace..<trace, spans: spans.firstSpans[trace]..<spans.firstSpans[trace])
      content = 0
    }
    for (number, trace) in traces.enumerated() {
      if trace.part != nil || trace.spans.count > Chunk.pieceSpans {
        close(before: number)
        plans += pieces(of: trace, number, spans)
        close(before: number + 1)
        continue
      }
      if open.spans.count + trace.spans.count > options.chunkSpans { close(before: number) }
      open.traces = open.traces.lowerBound..<(number + 1)
      open.spans = open.spans.lowerBound..<spans.firstSpans[number + 1]
      content += mined.valueBytes(spans.firstSpans[number]..<spans.firstSpans[number + 1])
      if content >= options.chunkBytes { close(before: number + 1) }
    }
    close(before: traces.count)
    return plans
  }

  private static func pieces(
    of trace: SegmentTrace, _ number: Int, _ spans: SegmentSpans
  ) -> [ChunkPlan] {
    let whole =
      trace.part?.trace
      ?? LargeTrace(trace.tree, ids: SpanIDs(trace.spans, in: spans.batches))
    let firstSpan = spans.firstSpans[number]
    let begin = trace.part?.position ?? 0
    return stride(from: 0, to: trace.spans.count, by: Chunk.pieceSpans).map { first in
      let end = min(first + Chunk.pieceSpans, trace.spans.count)
      return ChunkPlan(
        traces: number..<(number + 1), spans: (firstSpan + first)..<(firstSpan + end),
        piece: Piece(trace: whole, position: begin + first))
    }
  }
}
