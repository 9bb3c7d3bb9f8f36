/// Makes spans of the lines of a text.
protocol LineDecoder {
  /// Takes the next line: puts spans that are whole into `spans`, and says in `notes` what cannot
  /// be read.
  mutating func decode(
    _ line: TextLine, into spans: inout DraftedBatch, _ notes: inout DocumentNotes)

  /// Ends what is open, after the last line.
  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes)
}

/// Reads a text whose lines a decoder makes spans of.
final class LineInput: BatchReader {
  private var lines: TextLines
  private var decoder: any LineDecoder
  private var spans = DraftedBatch()
  private var notes = DocumentNotes()
  private var isAtEnd = false

  /// Reads the lines of `stream`, which `decoder` makes spans of.
  init(_ stream: BufferedStream, _ decoder: any LineDecoder) {
    lines = TextLines(stream)
    self.decoder = decoder
  }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd && !spans.isFull {
      let before = spans.count
      var failure: FormatError?
      do {
        if let line = try lines.next() {
          if line.isCut { notes.count("lines longer than 16 MiB cut to that") }
          decoder.decode(line, into: &spans, &notes)
        } else {
          isAtEnd = true
        }
      } catch let error as FormatError {
        // The stream is damaged: what came before is still handed out.
        isAtEnd = true
        failure = error
      }
      if isAtEnd { decoder.finish(into: &spans, &notes) }
      report.messages += spans.count - before
      if let failure { try report.note(failure) }
      try notes.move(to: &report)
    }
    return spans.count == 0 ? nil : spans.take()
  }
}
