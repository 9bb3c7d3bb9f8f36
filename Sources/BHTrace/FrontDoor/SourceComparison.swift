/// Whether an archive holds what its source holds, or a chosen part of that, and the first differences
/// in words.
package struct SourceComparison: Sendable {
  /// Whether the archive may hold a part of its source only.
  package let isSubset: Bool
  /// How reading the source went.
  package let outcome: SpanSources.Outcome
  /// The spans of the archive.
  package let archiveSpans: Int
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

  /// Whether the archive holds what it should: the same spans, or spans of its source only.
  package var isEqual: Bool { onlyInArchive == 0 && (isSubset || onlyInSource == 0) }

  /// Compares the archive in `source` with what it was made of, as `subset` with a part of that;
  /// `observe` is told what comes up while that is read. Throws what reading either throws.
  package init(
    archive source: any ByteSource, madeOf origin: SpanSources, subset: Bool = false,
    observe: (SpanSources.Event) throws -> Void = { _ in }
  ) throws {
    isSubset = subset
    let archived = try Self.multiset(of: source)
    var given = SpanMultiset()
    outcome = try origin.read(observe: observe) { given.insert($0) }
    (archiveSpans, sourceSpans) = (archived.count, given.count)
    let difference = SpanMultiset.difference(archived, given)
    onlyInArchive = difference.onlyInFirst.count
    onlyInSource = difference.onlyInSecond.count
    // A pipe cannot be read again: then there are counts, but nothing to describe.
    if try isEqual || !origin.canReadAgain() { return }
    // A second pass through both, for the spans that differ.
    var wanted = Self.identities(of: difference.onlyInFirst)
    if !subset { wanted += Self.identities(of: difference.onlyInSecond) }
    var (left, right) = (FoundSpans(wanted), FoundSpans(wanted))
    try Self.forEachBatch(of: source) { left.add($0) }
    try origin.read { right.add($0) }
    describe(wanted, left, right)
  }

  /// The first identities of `entries`, each once.
  private static func identities(
    of entries: [SpanMultiset.Entry]
  ) -> [SpanMultiset.Identity] {
    var identities: [SpanMultiset.Identity] = []
    for entry in entries where identities.last != entry.identity {
      if identities.count == limit { break }
      identities.append(entry.identity)
    }
    return identities
  }

  private static func multiset(of source: any ByteSource) throws -> SpanMultiset {
    let archive = try openArchive(source)
    if let session = archive as? ArchiveSession { return try session.multiset() }
    var all = SpanMultiset()
    try archive.forEachTrace([.payload]) { all.insert($0.batch) }
    return all
  }

  private static func forEachBatch(
    of source: any ByteSource, _ body: (SpanBatch) throws -> Void
  ) throws {
    let archive = try openArchive(source)
    if let session = archive as? ArchiveSession { return try session.forEachBatch(body) }
    try archive.forEachTrace([.payload]) { try body($0.batch) }
  }

  private mutating func describe(
    _ wanted: [SpanMultiset.Identity], _ left: FoundSpans, _ right: FoundSpans
  ) {
    var isDescribed: Set<SpanMultiset.Identity> = []
    for identity in wanted where isDescribed.insert(identity).inserted {
      describe(left[identity], right[identity])
      if differences.count >= Self.limit { return }
    }
  }

  /// Describes how the spans of one id differ: those that say the same by their number, others pair
  /// by pair.
  private mutating func describe(_ left: [FoundSpans.Found], _ right: [FoundSpans.Found]) {
    var (own, others) = (left, right)
    for span in left {
      guard let place = others.firstIndex(where: { $0.digest == span.digest }) else { continue }
      let other = others.remove(at: place)
      own.removeAll { $0.digest == span.digest }
      if span.count != other.count && (!isSubset || span.count > other.count) {
        let (here, there) = (Self.times(span.count), Self.times(other.count))
        add(span, "\(here) in the archive, \(there) in the source")
      }
    }
    for span in own {
      guard !others.isEmpty else {
        add(span, "in the archive only")
        continue
      }
      let other = others.removeFirst()
      let what = SpanComparison.describeDifference(
        span.batch, 0, other.batch, 0,
        sides: SpanComparison.Sides(first: "the archive", second: "the source"))
      add(span, what ?? "they say the same in other bytes", isPair: true)
    }
    if isSubset { return }
    for span in others { add(span, "in the source only") }
  }

  private mutating func add(_ span: FoundSpans.Found, _ what: String, isPair: Bool = false) {
    if differences.count >= Self.limit { return }
    differences.append(span.batch.name(ofSpan: 0) + (isPair ? ": " : " is ") + what)
  }

  private static func times(_ count: Int) -> String {
    count == 1 ? "once" : "\(count) times"
  }
}

/// Spans kept for describing how they differ, each with nothing but what it says.
private struct FoundSpans {
  struct Found {
    var digest: Digest128
    var batch: SpanBatch
    var count = 1
  }

  private var spans: [SpanMultiset.Identity: [Found]] = [:]
  /// So many different spans of one id are kept.
  private static let limit = 20

  init(_ wanted: [SpanMultiset.Identity]) {
    for identity in wanted { spans[identity] = [] }
  }

  subscript(identity: SpanMultiset.Identity) -> [Found] { spans[identity] ?? [] }

  mutating func add(_ batch: SpanBatch) {
    let digester = SpanDigester(referredToIn: batch)
    for index in batch.spans.indices {
      let identity = digester.identity(index)
      guard let known = spans[identity] else { continue }
      let digest = digester.digest(index)
      if let place = known.firstIndex(where: { $0.digest == digest }) {
        spans[identity]?[place].count += 1
      } else if known.count < Self.limit {
        var one = batch
        one.spans = [batch.spans[index]]
        one.v1Files = []
        spans[identity]?.append(Found(digest: digest, batch: one.compacted()))
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
