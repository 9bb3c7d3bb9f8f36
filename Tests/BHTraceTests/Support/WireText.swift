@testable import BHTrace

/// Protobuf messages written by hand in tests.
enum Wire {
  /// A length-delimited field.
  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.appendField(number << 3 | 2, content)
    return out
  }

  /// A length-delimited field of text.
  static func field(_ number: UInt64, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  /// A varint field.
  static func varint(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    var out: [UInt8] = []
    out.appendVarint(number << 3)
    out.appendVarint(value)
    return out
  }

  /// A `KeyValue` with a string, as the content of an attribute field.
  static func pair(_ key: String, _ value: String) -> [UInt8] {
    field(1, key) + field(2, field(1, value))
  }

  /// An export message of one span with the fields `span`.
  static func message(span: [UInt8], resource: [UInt8] = [], scope: [UInt8] = []) -> [UInt8] {
    field(1, resource + field(2, scope + field(2, span)))
  }

  /// The decoded batch of one span with the fields `span`.
  static func decoded(span: [UInt8]) throws -> SpanBatch {
    try OTLPProtobufReader.decode(message: message(span: span), offset: 0)
  }
}

extension SpanBatch {
  /// The attributes of a run as `key=value` with string values, for short expectations.
  func pairs(_ run: RecordRange) -> [String] {
    run.indices.map { index in
      let attribute = attributes[index]
      return "\(text(attribute.key))=\(attribute.kind == .string ? text(attribute.range) : "?")"
    }
  }

  /// All spans as a multiset.
  var multiset: SpanMultiset {
    var set = SpanMultiset()
    set.insert(self)
    return set
  }
}

/// Whether two batches hold equal spans.
func sameSpans(_ first: SpanBatch, _ second: SpanBatch) -> Bool {
  SpanMultiset.difference(first.multiset, second.multiset).isEmpty
}
