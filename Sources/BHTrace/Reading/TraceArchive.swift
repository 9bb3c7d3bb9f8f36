/// Names one trace of an open archive. Handed out by the archive; good as long as it is open.
public struct TraceHandle: Sendable, Hashable {
  /// v2: number of the segment; v1: 0.
  package var segment: Int
  /// v2: number of the chunk in the segment; v1: 0.
  package var chunk: Int
  /// v2: number of the trace in the chunk; v1: 0.
  var slot: Int
  /// v2: 0, or 1 + the number of the trace's kind in its segment: which groups it has spans of.
  var kind = 0
  /// v2: of a trace that is cut into pieces the chunks of the other pieces, in order.
  var pieces: [Piece] = []

  /// Of an archive that is several: the number of the one that holds the trace.
  var archive = 0

  /// A chunk that holds a piece of the trace.
  struct Piece: Sendable, Hashable {
    var segment: Int
    var chunk: Int
  }
}

/// What a query wants of each trace it is handed.
public struct TraceParts: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Tree, times, names: always there. Needs the structure index only.
  public static let structure: TraceParts = []
  /// The trace's id.
  public static let traceID = TraceParts(rawValue: 1)
  /// The ids of its spans and of parents that are not in the trace.
  public static let spanIDs = TraceParts(rawValue: 2)
  /// Attributes, events, links: the payload of the chosen spans (implies the ids).
  public static let payload = TraceParts(rawValue: 4)

  var needsTraceIDs: Bool { !isDisjoint(with: [.traceID, .spanIDs, .payload]) }
  var needsSpanIDs: Bool { !isDisjoint(with: [.spanIDs, .payload]) }
}

/// One trace as a query sees it: its structure, and the parts it asked for.
public struct LoadedTrace: Sendable {
  /// Names the trace for further loads.
  public var handle: TraceHandle
  /// Shape and times.
  public var tree: TraceTree
  /// What the numbers in `tree.operations` mean.
  public var names: NameTable
  /// The trace's id as bytes (v1: text); empty unless `traceID`, `spanIDs` or `payload` was
  /// asked for.
  public var traceID: [UInt8] = []
  /// The ids of all spans by pre-order position; empty unless `spanIDs` was asked for.
  public var spanIDs: [[UInt8]] = []
  /// The full spans that were asked for, in pre-order; empty unless `payload` was asked for. Its
  /// resources, scopes and attributes may hold more than the spans refer to: what traces share is
  /// there once for all of them.
  public var batch = SpanBatch()
  /// Of a piece of a trace that is handed out piece by piece: where in the trace its spans begin. Its
  /// tree holds the piece's spans, those whose parents lie in front of it as roots.
  public var firstPosition = 0
  /// The earliest start of the whole trace where the tree does not have all of it; else nil.
  public var start: UInt64?
}

/// What all traces that a question is after have in common, as far as an archive can tell without
/// reading them: whole segments and chunks are passed over by it. Whoever asks still looks at each.
public struct TraceBounds: Sendable, Equatable {
  /// The trace starts at or after this (ns since the Unix epoch).
  public var since: UInt64?
  /// The trace starts before this (ns since the Unix epoch).
  public var until: UInt64?
  /// Latest end minus earliest start is at least this (ns).
  public var minDuration: UInt64?
  /// The status of at least one span is an error.
  public var errorsOnly = false
  /// A span of the trace belongs to this service (bytes).
  public var service: [UInt8]?

  /// No bounds.
  public init() {}

  /// Whether a trace that starts at `start` starts when it should.
  package func holds(start: UInt64) -> Bool {
    if let since, start < since { return false }
    if let until, start >= until { return false }
    return true
  }

  /// Whether any trace may be wanted.
  public var isEmpty: Bool { self == TraceBounds() }
}

/// An open archive of either version: what queries are written against.
///
/// Traces come in the order of (start, id). All calls throw `FormatError` where bytes contradict
/// the format, and `StorageError` where the system fails. Not for use from several threads at
/// once.
public protocol TraceArchive: AnyObject {
  /// 1 or 2.
  var formatVersion: Int { get }
  /// The number of traces.
  var traceCount: Int { get }
  /// The number of spans.
  var spanCount: Int { get }
  /// All that was read so far, opening included.
  var stats: ReadStats { get }

  /// The traces with this id (text for v1, bytes otherwise); empty where there is none. More than
  /// one only where a trace was archived in several turns. What loading `parts` of them takes is read
  /// in the same round.
  func locate(traceID: [UInt8], for parts: TraceParts) throws -> [TraceHandle]

  /// Loads one trace; of its spans only those at `positions` (pre-order) where payload is asked
  /// for, all where `positions` is nil.
  func load(_ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?) throws -> LoadedTrace

  /// Hands every trace inside `bounds`, and perhaps others, to `body` in order of (start, id). For
  /// payload, `choose` is first shown structure (and the ids, where asked for) and answers with the
  /// pre-order positions wanted: nil for all, an empty array to skip the trace.
  ///
  /// With payload a trace of more than 4,096 spans is shown and handed out piece by piece
  /// (`LoadedTrace.firstPosition`), so that no trace has to fit into memory.
  func forEachTrace(
    _ parts: TraceParts, bounds: TraceBounds,
    choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws

  /// Hands `body` the id of every trace, in order.
  func forEachTraceID(_ body: ([UInt8]) throws -> Void) throws

  /// Hands all spans to `body` in runs, in the order of their traces, with what sums need of them.
  func forEachRun(_ body: (SpanRun) throws -> Void) throws

  /// Hands every trace, whole in the parts asked for, to `body` in order of (start, id).
  func forEachTrace(_ parts: TraceParts, body: (LoadedTrace) throws -> Void) throws

  /// The first trace; nil where there is none.
  func firstHandle() throws -> TraceHandle?

  /// The pre-order positions of the pieces that a large trace lies in; empty for one that is whole.
  func pieces(of handle: TraceHandle) throws -> [Range<Int>]

  /// The positions of the spans with this id and all below them in a trace; nil where the archive cannot tell without
  /// looking at all of them.
  func positions(ofSpan id: [UInt8], in handle: TraceHandle) throws -> [Int]?
}

extension TraceArchive {
  /// The traces with this id, for reading their structure.
  public func locate(traceID: [UInt8]) throws -> [TraceHandle] {
    try locate(traceID: traceID, for: .structure)
  }

  /// Hands every trace to `body` as above, none passed over.
  public func forEachTrace(
    _ parts: TraceParts,
    choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws {
    try forEachTrace(parts, bounds: TraceBounds(), choose: choose, body: body)
  }

  /// Hands every trace, whole in the parts asked for, to `body` in order of (start, id).
  public func forEachTrace(
    _ parts: TraceParts, body: (LoadedTrace) throws -> Void
  ) throws {
    try forEachTrace(parts, bounds: TraceBounds(), choose: { _ in nil }, body: body)
  }

  public func forEachTraceID(_ body: ([UInt8]) throws -> Void) throws {
    try forEachTrace(.traceID) { try body($0.traceID) }
  }

  public func pieces(of handle: TraceHandle) throws -> [Range<Int>] { [] }

  public func positions(ofSpan id: [UInt8], in handle: TraceHandle) throws -> [Int]? { nil }
}
