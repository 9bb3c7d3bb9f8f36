/// Whether an archive holds what its source holds, and the first differences in words.
package struct SourceComparison: Sendable {
  /// The spans of the source.
  package let sourceSpans: Int
  /// Spans of the archive that the source does not have.
  package let onlyInArchive: Int
  /// Spans of the source that the archive does not have.
  package let onlyInSource: Int
  /// The first differences, a line each.
  package private(set) var differences: [String] = []

  /// So many differences are described.
  private static let limit = 10

  /// Whether both hold the same spans.
  package var isEqual: Bool { onlyInArchive == 0 && onlyInSource == 0 }

  /// Compares the archive in `source` with what it was made of; `observe` is told what comes up
  /// while that is read. Throws what reading either throws.
  package init(
    archive source: any ByteSource, madeOf origin: SpanSources,
    observe: (SpanSources.Event) throws -> Void = { _ in }
  ) throws {
    var (archived, given) = (SpanMultiset(), SpanMultiset())
    try openArchive(source).forEachTrace([.payload]) { archived.insert($0.batch) }
    try origin.read(observe: observe) { given.insert($0) }
    let difference = SpanMultiset.difference(archived, given)
    sourceSpans = given.count
    onlyInArchive = difference.onlyInFirst.count
    onlyInSource = difference.onlyInSecond.count
    // A pipe cannot be read again: then there are counts, but nothing to describe.
    if try isEqual || !origin.canReadAgain() { return }
    // A second pass through both, for the spans that differ.
    let wanted = Set(
      (difference.onlyInFirst.prefix(Self.limit) + difference.onlyInSecond.prefix(Self.limit))
        .map(\.identity))
    let digests = Set((difference.onlyInFirst + difference.onlyInSecond).map(\.digest))
    var (left, right) = (FoundSpans(wanted, digests), FoundSpans(wanted, digests))
    try openArchive(source).forEachTrace([.payload]) { left.add($0.batch) }
    try origin.read { right.add($0) }
    describe(left, right)
  }

  private mutating func describe(_ left: FoundSpans, _ right: FoundSpans) {
    var unmatched = right.spans
    for (identity, batch, span) in left.spans {
      if differences.count == Self.limit { return }
      let name = batch.name(ofSpan: span)
      if let index = unmatched.firstIndex(where: { $0.0 == identity }) {
        let other = unmatched.remove(at: index)
        let what =
          SpanComparison.describeDifference(batch, span, other.1, other.2)
          ?? "resource or scope differs"
        differences.append("\(name): \(what)")
      } else {
        differences.append("\(name) is in the archive only")
      }
    }
    for (_, batch, span) in unmatched where differences.count < Self.limit {
      differences.append("\(batch.name(ofSpan: span)) is in the source only")
    }
  }
}

/// Spans kept for describing how they differ.
private struct FoundSpans {
  private(set) var spans: [(SpanMultiset.Identity, SpanBatch, Int)] = []
  private let wanted: Set<SpanMultiset.Identity>
  private let digests: Set<Digest128>
  private static let limit = 100

  init(_ wanted: Set<SpanMultiset.Identity>, _ digests: Set<Digest128>) {
    self.wanted = wanted
    self.digests = digests
  }

  mutating func add(_ batch: SpanBatch) {
    if spans.count >= Self.limit { return }
    let digester = SpanDigester(batch)
    for span in batch.spans.indices where spans.count < Self.limit {
      let identity = digester.identity(span)
      if wanted.contains(identity) && digests.contains(digester.digest(span)) {
        spans.append((identity, batch, span))
      }
    }
  }
}

extension SpanBatch {
  /// What a person calls the span at `index`.
  fileprivate func name(ofSpan index: Int) -> String {
    let span = spans[index]
    let trace = SpanObjectWriter.idText(bytes(span.traceID), span.dialect)
    let id = SpanObjectWriter.idText(bytes(span.spanID), span.dialect)
    return "trace \(trace), span \(id)"
  }
}
