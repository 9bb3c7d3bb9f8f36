@testable import BHTSearch
@testable import BHTrace

/// Archives in memory, and what the engine and the reference say of a query about them.
struct SearchedTraces {
  /// One set of spans, as both say it.
  struct Answer: Comparable, CustomStringConvertible {
    var traceID: String
    var spans: [String]

    static func < (left: Self, right: Self) -> Bool {
      if left.traceID != right.traceID { return left.traceID < right.traceID }
      return left.spans.lexicographicallyPrecedes(right.spans)
    }

    var description: String { "\(traceID) \(spans)" }
  }

  /// The bytes of an archive of the spans of `batches`.
  static func archive(_ batches: [SpanBatch], _ options: FormatOptions) throws -> [UInt8] {
    var writer = ArchiveWriter(options: options, threads: 1, memory: 512 << 20)
    for batch in batches { try writer.add(batch) }
    var bytes: [UInt8] = []
    _ = try writer.finish { bytes += $0 }
    return bytes
  }

  /// The spans of those traces of `batches` for which `isWanted`, a number for each trace and span, is
  /// true.
  static func part(
    of batches: [SpanBatch], where isWanted: (_ traceID: [UInt8], _ span: Int) -> Bool
  ) -> [SpanBatch] {
    batches.map { whole in
      var part = whole
      part.spans = whole.spans.indices.filter {
        isWanted(whole.bytes(whole.spans[$0].traceID), $0)
      }.map { whole.spans[$0] }
      return part
    }.filter { !$0.spans.isEmpty }
  }

  /// What the engine finds in archives of these bytes.
  static func engine(
    _ query: Query, over archives: [[UInt8]], asTempo: Bool = false, joinsTraces: Bool = true
  ) throws -> [Answer] {
    guard case .spansets(let stages) = query.body else { return [] }
    var search = TraceSearch(stages, asTempo: asTempo)
    search.spansPerSet = nil
    search.joinsTraces = joinsTraces
    var report = SearchReport()
    var answers: [Answer] = []
    try search.run(
      over: archives.enumerated().map {
        ArchiveSet.Member(
          name: "archive \($0.offset)", archive: try ArchiveSession(MemorySource($0.element)))
      },
      report: &report, passOver: { _, error in throw error },
      body: { trace, _ in
        let id = SpanObjectWriter.idText(trace.traceID, trace.dialect)
        for set in trace.spansets {
          answers.append(
            Answer(
              traceID: id,
              spans: set.spans.map {
                SpanObjectWriter.idText($0.id, trace.dialect) + "@\($0.start)"
              }.sorted()))
        }
        return true
      })
    return answers.sorted()
  }

  /// What the reference finds.
  static func reference(_ query: Query, over traces: [ReferenceTrace]) -> [Answer] {
    guard case .spansets(let stages) = query.body else { return [] }
    return traces.flatMap { trace in
      ReferencePipeline(trace: trace).run(stages).map { set in
        Answer(
          traceID: trace.idText,
          spans: set.spans.map { trace.spans[$0].idText + "@\(trace.spans[$0].start)" }.sorted())
      }
    }.sorted()
  }
}
