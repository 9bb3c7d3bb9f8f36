extension TraceWriter {
  /// The bytes of one trace that was loaded with its payload.
  package mutating func write(_ trace: LoadedTrace) -> [UInt8] { write(trace.batch) }
}
