/// Reads Zipkin JSON of version 1 and 2 from a stream: a span, spans one a line, an array of
/// spans, an array of traces.
///
/// A span that cannot be read is reported and left out.
final class ZipkinInput: BatchReader {
  private let elements: JSONElements
  private var decoder = ZipkinDecoder()
  private var isAtEnd = false

  var timeUnit: InputMending.TimeUnit? = .microseconds {
    didSet { decoder.notes.timeStep = (timeUnit ?? .microseconds).step }
  }

  /// A batch is handed out when it holds so much.
  private static let batchSpans = 1 << 13
  private static let batchBytes = 1 << 22

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream) { elements = JSONElements(stream) }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd {
      do {
        guard let element = try elements.next(&report) else {
          isAtEnd = true
          break
        }
        try read(element, &report)
      } catch let error as FormatError {
        if report.isStrict { throw error }
        // The stream is damaged: what came before is still handed out.
        isAtEnd = true
        try report.note(error)
      }
      if decoder.batch.spans.count >= Self.batchSpans
        || decoder.batch.arena.count >= Self.batchBytes
      {
        return decoder.takeBatch()
      }
    }
    return decoder.batch.spans.isEmpty ? nil : decoder.takeBatch()
  }

  private func read(_ element: JSONElement, _ report: inout InputReport) throws(FormatError) {
    report.messages += 1
    var failure: FormatError?
    do throws(FormatError) { try decoder.decode(element) } catch { failure = error }
    try decoder.notes.move(to: &report)
    guard var failure else { return }
    elements.resume(after: failure, in: element, wasUsed: false)
    failure.what += " (in the object that starts on line \(element.line))"
    try report.note(failure)
  }
}
