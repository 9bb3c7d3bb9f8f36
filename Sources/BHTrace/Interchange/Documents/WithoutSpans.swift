/// Reads an input that is sound and holds no spans: says so.
final class WithoutSpans: BatchReader {
  private var sentence: String?

  /// Says `sentence`: what the input is and what to do, as the middle of a sentence.
  init(_ sentence: String) { self.sentence = sentence }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    if let said = sentence {
      sentence = nil
      try report.note(FormatError(.noSpans, at: 0, said))
    }
    return nil
  }
}
