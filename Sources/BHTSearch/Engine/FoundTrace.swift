package import BHTrace

/// A trace that a search found.
package struct FoundTrace: Sendable {
  /// Names the trace for further loads.
  package var handle: TraceHandle
  /// The trace's id: bytes, or text for v1.
  package var traceID: [UInt8] = []
  /// Whether ids are bytes or text.
  package var dialect: Dialect
  /// The earliest start (ns since the Unix epoch; v1: since the trace's start).
  package var start: UInt64 = 0
  /// Latest end minus earliest start (ns).
  package var duration: Int64 = 0
  /// How many spans the trace has.
  package var spans = 0
  /// How many of them are errors.
  package var errors = 0
  /// The service of the span the trace is called after, as bytes.
  package var rootService: [UInt8] = []
  /// Its name, as bytes.
  package var rootName: [UInt8] = []
  /// The sets of spans that the query left, one or more.
  package var spansets: [FoundSpanset] = []

  init(handle: TraceHandle, dialect: Dialect) {
    self.handle = handle
    self.dialect = dialect
  }

  /// Whether other archives may have more of it; then it need not have any sets yet.
  var mayGoOn = false
  /// Its number among the traces of its chunk, and where its spans begin there.
  var number = 0
  var base = 0

  /// How many spans matched, each once.
  package var matched: Int {
    spansets.count == 1 ? spansets[0].positions.count : Set(spansets.flatMap(\.positions)).count
  }
}

/// A set of spans that a query left of a trace.
package struct FoundSpanset: Sendable {
  /// The pre-order positions of all its spans.
  package var positions: [Int]
  /// The first ones, with what there is to say of them.
  package var spans: [FoundSpan] = []
  /// What it was grouped by.
  package var groups: [(name: String, value: SearchValue)] = []
}

/// A span that a query left.
package struct FoundSpan: Sendable {
  /// Its pre-order position in the trace.
  package var position: Int
  /// Its id: bytes, or text for v1.
  package var id: [UInt8] = []
  /// Its service, as bytes.
  package var service: [UInt8]
  /// Its name, as bytes.
  package var name: [UInt8]
  /// Start, as the trace's.
  package var start: UInt64
  /// End minus start (ns), at least 0.
  package var duration: Int64
  /// OTLP's number of its kind.
  package var kind: Int32
  /// Whether its status is an error.
  package var isError: Bool
  /// The columns that were asked for.
  package var columns: [(name: FieldName, value: SearchValue)] = []
}
