import Foundation

@testable import BHTrace

/// What reading an input gave.
struct ReadSpans {
  var batches: [SpanBatch] = []
  var report = InputReport(isStrict: false)

  init(_ bytes: [UInt8], strict: Bool = false, mending: InputMending = InputMending()) throws {
    try self.init(
      TraceInput(stream: MemoryByteStream(bytes), strict: strict, mending: mending))
  }

  init(_ text: String) throws { try self.init(Array(text.utf8)) }

  init(path: String) throws { try self.init(TraceInput(path: path)) }

  private init(_ input: TraceInput) throws {
    while let batch = try input.next() { batches.append(batch) }
    report = input.report
  }

  var count: Int { batches.reduce(0) { $0 + $1.spans.count } }

  /// The number of different trace ids.
  var traceCount: Int {
    Set(batches.flatMap { batch in batch.spans.map { batch.bytes($0.traceID) } }).count
  }

  var multiset: SpanMultiset {
    var set = SpanMultiset()
    for batch in batches { set.insert(batch) }
    return set
  }

  /// The spans of the only batch, or of the first.
  var spans: [SpanRecord] { batches.first?.spans ?? [] }
  var batch: SpanBatch { batches.first ?? SpanBatch() }

  /// All spans as `writer` writes them after they went through an archive.
  func written(_ writer: some TraceWriter) throws -> (bytes: [UInt8], losses: [WriterLoss]) {
    var writer = writer
    let opened = try ArchiveSession(BytesSource(try archive(batches)))
    var bytes = writer.begin()
    try opened.forEachTrace([.payload]) { bytes += writer.write($0) }
    bytes += writer.end()
    return (bytes, writer.losses)
  }
}

extension SpanBatch {
  /// The attributes of a run, each as a line.
  func lines(_ run: RecordRange) -> [String] {
    attributes[run.indices].map { attribute in
      let value =
        switch attribute.kind {
        case .absent: "absent"
        case .empty: "empty"
        case .string: "\"\(text(attribute.range))\""
        case .bool: attribute.bits == 1 ? "true" : "false"
        case .int: "\(Int64(bitPattern: attribute.bits))"
        case .double: "\(Double(bitPattern: attribute.bits))f"
        case .bytes: "bytes \(bytes(attribute.range))"
        case .array:
          "[\((WarningList.texts(attribute.range, of: arena) ?? []).map(text).joined(separator: ","))]"
        case .keyValueList, .rawValue, .rawKeyValue: "nested"
        }
      return "\(text(attribute.key))=\(value)"
    }
  }

  /// The attributes of a span, each as a line.
  func lines(_ span: Int) -> [String] {
    spans.indices.contains(span) ? lines(spans[span].attributes) : ["no span \(span)"]
  }

  /// What writers are handed trace by trace, in a batch of one trace each.
  func written(_ writer: some TraceWriter) -> (bytes: [UInt8], losses: [WriterLoss]) {
    var writer = writer
    let bytes = writer.begin() + writer.write(self) + writer.end()
    return (bytes, writer.losses)
  }
}

/// JSON text as objects; throws where it is no JSON.
func foundation(_ bytes: [UInt8]) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
}

/// The differences between two sets of spans, for people.
func differences(_ left: ReadSpans, _ right: ReadSpans) -> String {
  let found = SpanMultiset.difference(left.multiset, right.multiset)
  if found.isEmpty { return "" }
  for batch in left.batches {
    let digester = SpanDigester(batch)
    for index in batch.spans.indices {
      let digest = digester.digest(index)
      guard let entry = found.onlyInFirst.first(where: { $0.digest == digest }) else { continue }
      for other in right.batches {
        let others = SpanDigester(other)
        for place in other.spans.indices where others.identity(place) == entry.identity {
          let what = SpanComparison.describeDifference(batch, index, other, place)
          if let what { return what }
        }
      }
      return "a span is missing"
    }
  }
  return "spans are added"
}
