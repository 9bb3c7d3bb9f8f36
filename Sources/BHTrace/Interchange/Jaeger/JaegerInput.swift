/// Reads Jaeger JSON from a stream: what the query API answers (`{"data":[…]}`), single traces,
/// arrays of either, and what storages hold, a span a line (`ElasticInput` reads them out of what
/// Elasticsearch puts around them). Also what its gRPC API says in JSON: a span a line,
/// `{"spans":[…]}`, each of them in a `result` or a `batch`.
///
/// A span that cannot be read is reported and left out; of an object that is no JSON, the spans
/// before the damage are kept.
final class JaegerInput: BatchReader {
  private let elements: JSONElements
  private var decoder = JaegerDecoder()
  private var isAtEnd = false

  var timeUnit: InputMending.TimeUnit? = .microseconds {
    didSet { decoder.notes.timeStep = (timeUnit ?? .microseconds).step }
  }

  /// A batch is handed out when it holds so much.
  private static let batchSpans = 1 << 13
  private static let batchBytes = 1 << 22

  /// What traces and spans lie in: answers of the query API and of its gateway, and requests.
  static let wrappers: [JSONElements.Wrapper] = [["data"], ["result"], ["batch"]]

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream) { elements = JSONElements(stream, wrappers: Self.wrappers) }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd {
      do {
        guard let element = try elements.next(&report) else {
          isAtEnd = true
          break
        }
        report.messages += 1
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
    var failure: FormatError?
    let spans = decoder.batch.spans.count
    do throws(FormatError) { try decoder.decode(element) } catch { failure = error }
    try decoder.notes.move(to: &report)
    guard var failure else { return }
    elements.resume(after: failure, in: element, wasUsed: decoder.batch.spans.count > spans)
    failure.what += " (in the object that starts on line \(element.line))"
    try report.note(failure)
  }
}
