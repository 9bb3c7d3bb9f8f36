/// All spans of an input as digests: 32 bytes a span, whatever the spans hold.
///
/// Two inputs are equal where they hold the same spans the same number of times; order and
/// grouping are no part of it.
package struct SpanMultiset: Sendable {
  /// One span: what it says, and what names it.
  package struct Entry: Sendable, Hashable, Comparable {
    /// The digest of everything the span says.
    package var digest: Digest128
    /// Names the trace and the span: digests of the two ids.
    package var identity: Identity

    package static func < (left: Entry, right: Entry) -> Bool {
      left.identity == right.identity
        ? left.digest < right.digest : left.identity < right.identity
    }
  }

  /// What names a span, as digests of the two ids.
  package struct Identity: Sendable, Hashable, Comparable {
    package var traceID: UInt64
    package var spanID: UInt64

    package static func < (left: Identity, right: Identity) -> Bool {
      (left.traceID, left.spanID) < (right.traceID, right.spanID)
    }
  }

  /// The spans that only one of two inputs has, each as often as it is missing from the other.
  package struct Difference: Sendable {
    /// Spans of the first input that the second does not have, in ascending order.
    package var onlyInFirst: [Entry] = []
    /// Spans of the second input that the first does not have, in ascending order.
    package var onlyInSecond: [Entry] = []

    /// Whether the inputs are equal.
    package var isEmpty: Bool { onlyInFirst.isEmpty && onlyInSecond.isEmpty }
  }

  private var entries: [Entry] = []

  /// No spans.
  package init() {}

  /// The number of spans.
  package var count: Int { entries.count }

  /// Adds all spans of `batch`.
  package mutating func insert(_ batch: SpanBatch) {
    // Of what traces share, a batch may hold much more than its spans refer to.
    let digester = SpanDigester(referredToIn: batch)
    for index in batch.spans.indices {
      entries.append(Entry(digest: digester.digest(index), identity: digester.identity(index)))
    }
  }

  /// Adds all spans of `other`.
  mutating func insert(_ other: SpanMultiset) { entries.append(contentsOf: other.entries) }

  /// What only one of two inputs has. O(n log n), in the memory of the two.
  package static func difference(
    _ first: consuming SpanMultiset, _ second: consuming SpanMultiset
  ) -> Difference {
    let (left, right) = (first.sortedEntries(), second.sortedEntries())
    var result = Difference()
    var (i, j) = (0, 0)
    while i < left.count && j < right.count {
      if left[i] == right[j] {
        i += 1
        j += 1
      } else if left[i] < right[j] {
        result.onlyInFirst.append(left[i])
        i += 1
      } else {
        result.onlyInSecond.append(right[j])
        j += 1
      }
    }
    result.onlyInFirst += left[i...]
    result.onlyInSecond += right[j...]
    return result
  }

  private consuming func sortedEntries() -> [Entry] {
    var entries = entries
    self.entries = []
    entries.sort()
    return entries
  }
}

extension ArchiveSession {
  /// All spans as digests, worked out where they are decoded: of what they say nothing is held.
  package func multiset() throws -> SpanMultiset {
    var all = SpanMultiset()
    try forEachRunOfChunks(
      { job, worker in
        try worker.withDecoder(job) { decoder in
          var spans = SpanMultiset()
          for chunk in job.chunks {
            try decoder.decode(job.pages(chunk), wanted: nil, counting: job.source)
            spans.insert(decoder.spans.batch)
          }
          return spans
        }
      }, { all.insert($0) })
    return all
  }
}

extension SpanDigester {
  /// What names the span at `index`: for finding, on a second pass through an input, the spans
  /// a `SpanMultiset.Difference` lists.
  package func identity(_ index: Int) -> SpanMultiset.Identity {
    let span = batch.spans[index]
    return SpanMultiset.Identity(
      traceID: digest(span.traceID), spanID: digest(span.spanID))
  }
}
