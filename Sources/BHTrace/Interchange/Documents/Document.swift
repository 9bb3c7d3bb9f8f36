/// One record of an input whose records are objects: a JSON object, a row, a message.
struct Document {
  /// What it says.
  var fields: AttributeList
  /// Where it starts in the input.
  var offset: Int
  /// The line it starts on, from 1; 0 in inputs without lines.
  var line: Int
  /// How many bytes of the input it takes; 0 where that is not known.
  var byteCount = 0
}

/// Hands out the documents of an input, one after the other.
protocol DocumentSource: AnyObject {
  /// The next one, or nil at the end. Notes what cannot be read and goes on behind it.
  func next(_ report: inout InputReport) throws -> Document?
}

/// Makes spans of documents of one format.
protocol DocumentDecoder {
  /// Puts the spans of `document` into `spans`, or says in `notes` why it holds none.
  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes)

  /// Puts what was kept until all documents were seen into `spans`.
  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes)
}

extension DocumentDecoder {
  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {}
}

/// What came up in documents.
struct DocumentNotes {
  private var problems: [FormatError] = []
  private var repairs: [(words: String, count: Int)] = []

  /// Counts something that was mended or left out, in words that read well before "(3 times)".
  mutating func count(_ words: StaticString, _ count: Int = 1) {
    if count == 0 { return }
    let words = words.description
    if let known = repairs.firstIndex(where: { $0.words == words }) {
      repairs[known].count += count
    } else {
      repairs.append((words, count))
    }
  }

  /// Notes that `document` was left out, and why.
  mutating func leaveOut(
    _ document: Document, _ why: String, code: FormatError.Code = .invalid
  ) {
    let place = document.line > 0 ? " (line \(document.line))" : ""
    problems.append(FormatError(code, at: document.offset, why + place))
  }

  /// Puts everything into `report` and forgets it.
  mutating func move(to report: inout InputReport) throws(FormatError) {
    let taken = self
    self = DocumentNotes()
    for repair in taken.repairs { report.noteRepairs(repair.words, repair.count) }
    for problem in taken.problems { try report.note(problem) }
  }
}

/// Reads an input of documents.
final class DocumentInput: BatchReader {
  private let source: any DocumentSource
  private var decoder: any DocumentDecoder
  private var spans = DraftedBatch()
  private var notes = DocumentNotes()
  private var isAtEnd = false

  /// Reads the documents of `source`, which `decoder` makes spans of.
  init(_ source: any DocumentSource, _ decoder: any DocumentDecoder) {
    self.source = source
    self.decoder = decoder
  }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd && !spans.isFull {
      do {
        if let document = try source.next(&report) {
          report.messages += 1
          decoder.decode(document, into: &spans, &notes)
        } else {
          isAtEnd = true
          decoder.finish(into: &spans, &notes)
        }
        try notes.move(to: &report)
      } catch let error as FormatError {
        if report.isStrict { throw error }
        // The stream is damaged: what came before is still handed out.
        isAtEnd = true
        decoder.finish(into: &spans, &notes)
        try report.note(error)
        try notes.move(to: &report)
      }
    }
    return spans.count == 0 ? nil : spans.take()
  }
}
