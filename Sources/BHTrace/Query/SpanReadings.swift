/// A reading that cannot be answered as it was asked.
public enum ReadingError: Error, Sendable, Equatable {
  /// Span ids are unique only within a trace: an archive of several wants to know which.
  case traceRequired(traces: Int)
  /// The ids of several traces begin with what was typed; the first few of them, and how many there
  /// are.
  case ambiguousID(typed: String, candidates: [[UInt8]], count: Int)

  /// So many candidates are named.
  static let candidatesNamed = 8
}

/// The readings that return spans with all they say, over archives of either version.
public enum SpanReadings {
  /// A span and all its descendants, in pre-order, with the payload of those spans only; nil
  /// where the trace has no such span, or the archive no such trace.
  ///
  /// - Parameters:
  ///   - spanID: the span's id: bytes, or text for v1. Where several spans share it, the answer
  ///     has all of them and their descendants.
  ///   - traceID: the trace's id; may be nil where the archive holds one trace. Throws
  ///     `ReadingError.traceRequired` where it holds more.
  public static func subtree(
    of spanID: [UInt8], traceID: [UInt8]? = nil, in archive: any TraceArchive
  ) throws -> LoadedTrace? {
    let handles: [TraceHandle]
    if let traceID {
      handles = try archive.locate(traceID: traceID, for: .spanIDs)
    } else {
      guard archive.traceCount <= 1 else {
        throw ReadingError.traceRequired(traces: archive.traceCount)
      }
      handles = try archive.firstHandle().map { [$0] } ?? []
    }
    for handle in handles {
      let positions =
        try archive.positions(ofSpan: spanID, in: handle)
        ?? subtreePositions(of: spanID, in: archive.load(handle, .spanIDs, positions: nil))
      if positions.isEmpty { continue }
      return try archive.load(handle, [.traceID, .spanIDs, .payload], positions: positions)
    }
    return nil
  }

  /// Hands `body` every trace with spans of a service, and of those spans the payload; of one
  /// trace only where its id is given.
  public static func service(
    _ name: [UInt8], traceID: [UInt8]? = nil, in archive: any TraceArchive,
    body: (LoadedTrace) throws -> Void
  ) throws {
    var chooser = ServiceChooser(name: name)
    if let traceID {
      for handle in try archive.locate(traceID: traceID, for: .structure) {
        let shown = try archive.load(handle, .structure, positions: nil)
        let positions = chooser.positions(in: shown)
        if positions.isEmpty { continue }
        try body(try archive.load(shown.handle, [.traceID, .payload], positions: positions))
      }
    } else {
      var bounds = TraceBounds()
      bounds.service = name
      try archive.forEachTrace(
        [.traceID, .payload], bounds: bounds,
        choose: { chooser.positions(in: $0) },
        body: { if !$0.batch.spans.isEmpty { try body($0) } })
    }
  }

  /// Hands `body` the traces with this id, whole: none, one, or several where spans of one id were
  /// archived in several turns. A trace that is cut into pieces comes piece by piece.
  public static func trace(
    _ traceID: [UInt8], in archive: any TraceArchive, body: (LoadedTrace) throws -> Void
  ) throws {
    let parts: TraceParts = [.traceID, .payload]
    for handle in try archive.locate(traceID: traceID, for: parts) {
      let pieces = try archive.pieces(of: handle)
      if pieces.isEmpty { try body(archive.load(handle, parts, positions: nil)) }
      for piece in pieces { try body(archive.load(handle, parts, positions: Array(piece))) }
    }
  }

  /// The traces with this id, as `trace(_:in:body:)` hands them out.
  public static func trace(
    _ traceID: [UInt8], in archive: any TraceArchive
  ) throws -> [LoadedTrace] {
    var traces: [LoadedTrace] = []
    try trace(traceID, in: archive) { traces.append($0) }
    return traces
  }

  /// Hands every trace, whole, to `body` in order of (start, id).
  public static func full(
    _ archive: any TraceArchive, body: (LoadedTrace) throws -> Void
  ) throws {
    try archive.forEachTrace([.traceID, .payload], body: body)
  }

  /// The pre-order positions of all spans of that id and their descendants.
  private static func subtreePositions(of spanID: [UInt8], in trace: LoadedTrace) -> [Int] {
    var positions: [Int] = []
    var end = 0
    for position in trace.spanIDs.indices {
      if position >= end && trace.spanIDs[position] == spanID {
        end = trace.tree.subtreeEnd(position)
      }
      if position < end { positions.append(position) }
    }
    return positions
  }

  /// Finds the spans of one service by number, and looks the number up once for each name table.
  private struct ServiceChooser {
    let name: [UInt8]
    private var isWanted = NameTableCache<[Bool]>()

    init(name: [UInt8]) { self.name = name }

    mutating func positions(in trace: LoadedTrace) -> [Int] {
      let wanted = isWanted.value(for: trace.names, hint: trace.handle.segment) { names in
        let services = names.services.map { $0 == name }
        return names.operations.map { services[Int($0.service)] }
      }
      let operations = trace.tree.operations
      return operations.indices.filter { wanted[Int(operations[$0])] }
    }
  }
}
