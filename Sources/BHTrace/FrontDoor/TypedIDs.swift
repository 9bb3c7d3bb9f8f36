/// Ids as people type them.
extension TraceArchive {
  /// The bytes an id that was typed may mean, the likeliest first: in a v1 file its text, else what
  /// its hexadecimal digits say, and then its text, since v2 archives hold v1 traces too.
  package func meanings(ofTypedID id: String) -> [[UInt8]] {
    let text = Array(id.utf8)
    if formatVersion == 1 { return [text] }
    return (HexText.decode(text).map { [$0] } ?? []) + [text]
  }

  /// The trace's id that was typed, as the archive has it; nil where it holds no such trace. What
  /// loading `parts` of it takes is read on the way.
  public func traceID(typed id: String, for parts: TraceParts = .structure) throws -> [UInt8]? {
    try meanings(ofTypedID: id).first { try !locate(traceID: $0, for: parts).isEmpty }
  }

  /// The trace whose id was typed, or the only one there is; nil where it is not there. Throws
  /// `ReadingError.traceRequired` where none was typed and there are several.
  package func trace(typed id: String?, _ parts: TraceParts) throws -> LoadedTrace? {
    if let id {
      for meaning in meanings(ofTypedID: id) {
        if let handle = try locate(traceID: meaning, for: parts).first {
          return try load(handle, parts, positions: nil)
        }
      }
      return nil
    }
    guard traceCount <= 1 else { throw ReadingError.traceRequired(traces: traceCount) }
    // Not by going through all traces: a large one would come piece by piece.
    return try firstHandle().map { try load($0, parts, positions: nil) }
  }
}

/// Ids as people read them.
extension Dialect {
  /// The id as text: lower-case hexadecimal, for v1 the text it is.
  public func text(ofID id: [UInt8]) -> String { SpanObjectWriter.idText(id, self) }
}
