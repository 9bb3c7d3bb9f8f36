/// Something that could not be said in the format that was written.
public struct WriterLoss: Sendable, Equatable {
  /// What was left out or changed.
  public var what: String
  /// How often.
  public var count: Int
}

/// Writes spans in one of the formats other tools read, trace by trace: the output is what `begin`,
/// each `write` and `end` return, one after the other. A writer may keep spans back until a message
/// is full.
///
/// ```swift
/// guard var writer = OutputFormat.jaeger.makeWriter() else { return }
/// var output = writer.begin()
/// try archive.forEachTrace(.payload) { output += writer.write($0.batch.convertedToOTLP()) }
/// output += writer.end()
/// for loss in writer.losses { … }
/// ```
public protocol TraceWriter: Sendable {
  /// The bytes before the first trace.
  mutating func begin() -> [UInt8]

  /// Takes one trace, all spans of `batch`, which has to hold nothing else, in their order, and
  /// returns the bytes that are complete with it. Spans of v1 files are made OTLP's before
  /// (`convertedToOTLP`). A batch without spans writes nothing.
  mutating func write(_ batch: SpanBatch) -> [UInt8]

  /// The bytes that were kept back, and those after the last trace.
  mutating func end() -> [UInt8]

  /// What could not be said so far, in a fixed order, without what did not occur.
  var losses: [WriterLoss] { get }
}
