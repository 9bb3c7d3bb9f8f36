/// Names one trace of an open archive. Handed out by the archive; good as long as it is open.
package struct TraceHandle: Sendable, Hashable {
  /// v2: number of the segment; v1: 0.
  package var segment: Int
  /// v2: number of the chunk in the segment; v1: 0.
  package var chunk: Int
  /// v2: number of the trace in the chunk; v1: 0.
  var slot: Int
  /// v2: the bytes of the segment's BLOCKS the trace's payload lies in, at least; empty where
  /// that is not known yet.
  var payload: Range<Int> = 0..<0
}

/// What a query wants of each trace it is handed.
package struct TraceParts: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Tree, times, names: always there. Needs the structure index only.
  package static let structure: TraceParts = []
  /// The trace's id.
  package static let traceID = TraceParts(rawValue: 1)
  /// The ids of its spans and of parents that are not in the trace.
  package static let spanIDs = TraceParts(rawValue: 2)
  /// Attributes, events, links: the payload of the chosen spans (implies the ids).
  package static let payload = TraceParts(rawValue: 4)
}

/// One trace as a query sees it: its structure, and the parts it asked for.
package struct LoadedTrace: Sendable {
  /// Names the trace for further loads.
  package var handle: TraceHandle
  /// Shape and times.
  package var tree: TraceTree
  /// What the numbers in `tree.operations` mean.
  package var names: NameTable
  /// The trace's id as bytes (v1: text); empty unless `traceID`, `spanIDs` or `payload` was
  /// asked for.
  package var traceID: [UInt8] = []
  /// The ids of all spans by pre-order position; empty unless `spanIDs` was asked for.
  package var spanIDs: [[UInt8]] = []
  /// The full spans that were asked for, in pre-order; empty unless `payload` was asked for.
  package var batch = SpanBatch()
}

/// An open archive of either version: what queries are written against.
///
/// Traces come in the order of (start, id). All calls throw `FormatError` where bytes contradict
/// the format, and `StorageError` where the system fails. Not for use from several threads at
/// once.
package protocol TraceArchive: AnyObject {
  /// 1 or 2.
  var formatVersion: Int { get }
  /// The number of traces.
  var traceCount: Int { get }
  /// The number of spans.
  var spanCount: Int { get }
  /// All that was read so far, opening included.
  var stats: ReadStats { get }

  /// The traces with this id (text for v1, bytes otherwise); empty where there is none. More than
  /// one only where a v1 file was archived twice. What loading `parts` of them takes is read in the
  /// same round.
  func locate(traceID: [UInt8], for parts: TraceParts) throws -> [TraceHandle]

  /// Loads one trace; of its spans only those at `positions` (pre-order) where payload is asked
  /// for, all where `positions` is nil.
  func load(_ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?) throws -> LoadedTrace

  /// Hands every trace to `body` in order of (start, id). For payload, `choose` is first shown
  /// structure (and the ids, where asked for) and answers with the pre-order positions wanted:
  /// nil for all, an empty array to skip the trace.
  func forEachTrace(
    _ parts: TraceParts,
    choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws

  /// Hands all spans to `body` in runs, in the order of their traces, with what sums need of them.
  func forEachRun(_ body: (SpanRun) throws -> Void) throws

  /// Hands every trace, whole in the parts asked for, to `body` in order of (start, id).
  func forEachTrace(_ parts: TraceParts, body: (LoadedTrace) throws -> Void) throws
}

extension TraceArchive {
  /// The traces with this id, for reading their structure.
  package func locate(traceID: [UInt8]) throws -> [TraceHandle] {
    try locate(traceID: traceID, for: .structure)
  }

  /// Hands every trace, whole in the parts asked for, to `body` in order of (start, id).
  package func forEachTrace(
    _ parts: TraceParts, body: (LoadedTrace) throws -> Void
  ) throws {
    try forEachTrace(parts, choose: { _ in nil }, body: body)
  }
}
