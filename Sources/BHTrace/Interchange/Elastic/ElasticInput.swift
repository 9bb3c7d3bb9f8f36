/// Reads what comes out of an Elasticsearch or OpenSearch index: answers to searches, bulk files,
/// lines of elasticdump, and documents as they are.
///
/// Each document goes to the reader its keys tell: spans of Jaeger's, Zipkin's and Data Prepper's,
/// and documents of Elastic APM, also mixed. Those that hold no spans are counted by sort.
final class ElasticInput: BatchReader {
  /// That of the times of Jaeger's and Zipkin's documents.
  var timeUnit: InputMending.TimeUnit? = .microseconds {
    didSet {
      jaeger.notes.timeStep = (timeUnit ?? .microseconds).step
      zipkin.notes.timeStep = (timeUnit ?? .microseconds).step
    }
  }
  private let elements: JSONElements
  private var jaeger = JaegerDecoder()
  private var zipkin = ZipkinDecoder()
  private var dataPrepper = DataPrepper()
  private var elasticAPM = ElasticAPM()
  private var drafted = DraftedBatch()
  private var notes = DocumentNotes()
  private var counts = ElasticCounts()
  private var wrappersSeen = 0
  private var isAtEnd = false
  private var hasSpans = false

  /// Where the hits of an answer lie.
  static let wrapper: JSONElements.Wrapper = ["hits", "hits"]

  /// A batch is handed out when it holds so much.
  private static let batchSpans = 1 << 13
  private static let batchBytes = 1 << 22

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream) {
    elements = JSONElements(stream, wrappers: [Self.wrapper])
  }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd {
      do {
        let element = try elements.next(&report)
        noteWrapper()
        if let element {
          report.messages += 1
          try read(element, &report)
        } else {
          try finish(&report)
        }
      } catch let error as FormatError {
        if report.isStrict { throw error }
        // The stream is damaged: what came before is still handed out.
        try report.note(error)
        if !isAtEnd { try finish(&report) }
      }
      if let batch = batch(atLeast: Self.batchSpans, Self.batchBytes) { return batch }
    }
    return batch(atLeast: 1, 0)
  }

  /// A batch with so many spans, or with spans and so many bytes.
  private func batch(atLeast spans: Int, _ bytes: Int) -> SpanBatch? {
    func isFull(_ batch: SpanBatch) -> Bool {
      batch.spans.count >= spans || !batch.spans.isEmpty && batch.arena.count >= bytes
    }
    var found: SpanBatch?
    if isFull(jaeger.batch) {
      found = jaeger.takeBatch()
    } else if isFull(zipkin.batch) {
      found = zipkin.takeBatch()
    } else if drafted.count > 0 && (drafted.isFull || spans == 1) {
      found = drafted.take()
    }
    if found != nil { hasSpans = true }
    return found
  }

  // MARK: Elements

  private func read(_ element: JSONElement, _ report: inout InputReport) throws(FormatError) {
    let before = spanCount
    var failure: FormatError?
    do throws(FormatError) {
      var line = LineCount(element)
      for part in try ElasticUnwrapper.parts(of: element) {
        try read(part, of: element, line: line.line(at: part.start), &report)
      }
    } catch { failure = error }
    try move(to: &report)
    guard var failure else { return }
    elements.resume(after: failure, in: element, wasUsed: spanCount > before)
    failure.what += " (in the object that starts on line \(element.line))"
    try report.note(failure)
  }

  private var spanCount: Int {
    jaeger.batch.spans.count + zipkin.batch.spans.count + drafted.count + elasticAPM.pendingCount
  }

  private func read(
    _ part: ElasticPart, of element: JSONElement, line: Int, _ report: inout InputReport
  ) throws(FormatError) {
    func inner(_ text: Range<Int>) -> JSONElement {
      if text.count == element.bytes.count { return element }
      return JSONElement(
        bytes: Array(element.bytes[text]), isWhole: true, offset: element.offset + text.lowerBound,
        line: line)
    }
    switch part {
    case .action: break
    case .answer(let answer):
      counts.add(answer)
      if let error = answer.error {
        counts.hasProblem = true
        try report.note(
          FormatError(
            .noSpans, at: element.offset + answer.offset,
            "the answer to a search is an error: \(error)"))
      }
    case .withoutSource(let text):
      counts.add(nil)
      counts.hasProblem = true
      let document = Document(fields: [:], offset: element.offset + text.lowerBound, line: line)
      notes.leaveOut(
        document, "a hit comes without its document; search for documents with their _source",
        code: .noSpans)
    case .fields(let text):
      try read(chosen: JSONDocuments.document(inner(text)))
    case .document(let text, let sort):
      counts.add(sort)
      switch sort {
      case .jaegerSpan: try jaeger.decode(inner(text))
      case .zipkinSpan: try zipkin.decode(inner(text))
      case .dataPrepperSpan:
        dataPrepper.decode(try JSONDocuments.document(inner(text)), into: &drafted, &notes)
      case .elasticAPM:
        elasticAPM.decode(try JSONDocuments.document(inner(text)), into: &drafted, &notes)
      case .service, .dependencies, .serviceMap, .other: break
      }
    }
  }

  /// Reads a document of which chosen fields are given, each with an array of its values.
  private func read(chosen document: Document) {
    var document = document
    var keys: ElasticKeys = []
    document.fields = AttributeList(
      document.fields.map { field in
        keys.add { $0.description.utf8.elementsEqual(field.key.utf8) }
        if let values = field.value.array, values.count == 1 { return (field.key, values[0]) }
        return (field.key, field.value)
      })
    counts.add(keys.sort)
    switch keys.sort {
    case .dataPrepperSpan: dataPrepper.decode(document, into: &drafted, &notes)
    case .elasticAPM: elasticAPM.decode(document, into: &drafted, &notes)
    case .jaegerSpan, .zipkinSpan:
      counts.hasProblem = true
      notes.leaveOut(
        document, "a hit comes without its document; search for documents with their _source",
        code: .noSpans)
    case .service, .dependencies, .serviceMap, .other: break
    }
  }

  // MARK: Notes

  /// Takes what stands before the hits of an answer that was entered.
  private func noteWrapper() {
    if elements.wrapperCount == wrappersSeen { return }
    wrappersSeen = elements.wrapperCount
    counts.add(head: elements.wrapperHead)
  }

  private func move(to report: inout InputReport) throws(FormatError) {
    try notes.move(to: &report)
    try jaeger.notes.move(to: &report)
    try zipkin.notes.move(to: &report)
  }

  private func finish(_ report: inout InputReport) throws(FormatError) {
    isAtEnd = true
    dataPrepper.finish(into: &drafted, &notes)
    elasticAPM.finish(into: &drafted, &notes)
    counts.note(in: &notes)
    try move(to: &report)
    if !hasSpans && spanCount == 0 && !counts.hasProblem && report.problemCount == 0 {
      try report.note(FormatError(.noSpans, at: nil, counts.withoutSpans))
    }
  }
}

/// The lines of an object's parts, asked for in their order.
private struct LineCount {
  private let bytes: [UInt8]
  private var line: Int
  private var position = 0

  init(_ element: JSONElement) {
    bytes = element.bytes
    line = element.line
  }

  mutating func line(at place: Int) -> Int {
    while position < place {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    return line
  }
}
