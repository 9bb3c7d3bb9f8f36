@testable import BHTrace

/// Segments as tests compare them: what they say, wherever their spans lay.
struct GroupedSegment: Equatable {
  struct Trace: Equatable {
    var id: [UInt8]
    var tree: TraceTree
    var spans: [Digest128]
    var v1File: [[UInt8]]?
    /// Position of a part, and the tree of the whole trace.
    var position: Int?
    var whole: TraceTree?
    var subtreeEnds: [Int32]?
    var ids: [[UInt8]]?
  }

  var traces: [Trace] = []
  /// The spans themselves, in order.
  var batch = SpanBatch()

  init(_ loaded: LoadedSegment) {
    let digesters = loaded.batches.map { SpanDigester($0) }
    var origins = OriginCopies(OriginCopies.Sources(loaded.batches))
    for trace in loaded.traces {
      let file = trace.v1File.map { (loaded.batches[$0.batch], $0.span) }
      let whole = trace.part?.trace
      traces.append(
        Trace(
          id: trace.id, tree: trace.tree,
          spans: trace.spans.map { digesters[$0.batch].digest($0.span) },
          v1File: file.map { batch, index in
            let file = batch.v1Files[index]
            return [file.traceID, file.header, file.tree, file.payload].map { batch.bytes($0) }
          },
          position: trace.part?.position, whole: whole?.tree, subtreeEnds: whole?.subtreeEnds,
          ids: whole.map { whole in (0..<whole.tree.count).map { whole.spanID($0) } }))
      for place in trace.spans {
        let span = loaded.batches[place.batch].spans[place.span]
        let resource = origins.resource(span.resource, of: place.batch, in: &batch)
        let scope = origins.scope(span.scope, of: place.batch, in: &batch)
        batch.add(span, from: loaded.batches[place.batch], resource: resource, scope: scope)
      }
    }
  }

  static func == (left: Self, right: Self) -> Bool { left.traces == right.traces }
}

/// The segments of `batches`.
func segments(
  _ batches: [SpanBatch], options: FormatOptions = FormatOptions(), memory: Int = 512 << 20,
  threads: Int = 1
) throws -> [GroupedSegment] {
  var grouper = TraceGrouper(
    options: options, memory: memory, threads: threads, scratchFolder: "/tmp")
  for batch in batches { try grouper.add(batch) }
  var result: [GroupedSegment] = []
  try grouper.finish().forEachSegment(threads: threads) { result.append(GroupedSegment($0)) }
  return result
}

extension FormatOptions {
  /// Segments of few spans or bytes, so that small inputs make several.
  static func small(spans: Int = 100, bytes: Int = 64 << 20) -> FormatOptions {
    var options = FormatOptions()
    options.segmentSpans = spans
    options.segmentBytes = bytes
    return options
  }
}
