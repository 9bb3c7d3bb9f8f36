/// A search, as an archive asks for it: level by level, so that each reads only what the one before
/// could not decide.
///
/// Several threads ask at once.
package protocol SpanScan: Sendable {
  /// What it makes of a segment.
  associatedtype Plan: Sendable
  /// What it finds in a chunk.
  associatedtype Answer: Sendable

  /// What it reads.
  var needs: ScanNeeds { get }

  /// What it makes of a segment, and in which of the segment's chunks it may find something.
  func plan(_ facts: SegmentFacts) -> (plan: Plan, chunks: ChunkSet)

  /// What it makes of spans of which no more is known than what these names mean.
  func plan(_ names: NameTable) -> Plan

  /// For each of the segment's shapes of spans (`SegmentFacts.forEachShape`) whether a span of it may
  /// match; empty where all may.
  func wantedShapes(_ facts: SegmentFacts, _ plan: Plan) -> [Bool]

  /// Looks at the structure of a chunk, or of one trace.
  func look(at spans: ScannedSpans, _ plan: Plan) -> ScanStep<Answer>

  /// The answer where payload was needed and is at hand.
  func answer(_ spans: ScannedSpans, _ plan: Plan) -> Answer?

  /// The spans whose ids the answer wants to say; the traces' ids are read too.
  func spansToName(_ answer: Answer) -> [Int]

  /// Takes what it wants to say of ids, which are at hand now.
  func name(_ answer: inout Answer, _ spans: ScannedSpans)
}

/// What a search says when it has seen the structure of spans.
package enum ScanStep<Answer: Sendable>: Sendable {
  case nothing
  case answer(Answer)
  /// It depends on the payload of those spans for which it is true.
  case payload([Bool])
}

/// What a search reads.
package struct ScanNeeds: Sendable {
  /// Whether it asks about attributes, of resources and scopes too, or other payload.
  package var tables = false
  /// Whether it asks about span ids.
  package var ids = false
  /// Keys of attributes of spans, events and links whose values it asks for; nil for all.
  package var keys: Set<[UInt8]>? = []
  /// Whether it asks about events.
  package var events = false
  /// Whether it asks about links.
  package var links = false
  /// Whether answers say ids.
  package var names = true
  /// Hashes of values that it looks for (`ExactValue`).
  package var hashes: Set<UInt64> = []

  /// Structure only.
  package init() {}
}

/// What a search went through, level by level.
package struct ScanReport: Sendable, Equatable {
  /// Segments there are, and those left by the directory.
  package var segments = (all: 0, asked: 0)
  /// Chunks there are, those left by heads, names and zones, and those left by tables, postings and
  /// values.
  package var chunks = (all: 0, inBounds: 0, asked: 0)
  /// Spans there are, those whose structure was looked at, and those whose payload was.
  package var spans = (all: 0, looked: 0, decoded: 0)
  /// Bytes asked of storage: before INDEX, of INDEX, of payload, and for ids of what was found.
  package var bytes = (plan: 0, structure: 0, payload: 0, ids: 0)

  /// Nothing.
  package init() {}

  /// Adds another archive's.
  package static func += (left: inout ScanReport, right: ScanReport) {
    left.segments.all += right.segments.all
    left.segments.asked += right.segments.asked
    left.chunks.all += right.chunks.all
    left.chunks.inBounds += right.chunks.inBounds
    left.chunks.asked += right.chunks.asked
    left.spans.all += right.spans.all
    left.spans.looked += right.spans.looked
    left.spans.decoded += right.spans.decoded
    left.bytes.plan += right.bytes.plan
    left.bytes.structure += right.bytes.structure
    left.bytes.payload += right.bytes.payload
    left.bytes.ids += right.bytes.ids
  }

  package static func == (left: ScanReport, right: ScanReport) -> Bool {
    left.segments == right.segments && left.chunks == right.chunks && left.spans == right.spans
      && left.bytes == right.bytes
  }
}
