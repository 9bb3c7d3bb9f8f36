/// Finds in what two spans differ, for a person to read.
package enum SpanComparison {
  /// The first field in which span `i` of `first` and span `j` of `second` differ, with both
  /// values, in the order of the OTLP fields; nil where the spans are equal.
  package static func describeDifference(
    _ first: SpanBatch, _ i: Int, _ second: SpanBatch, _ j: Int
  ) -> String? {
    let (left, right) = (SpanFields.of(first, i), SpanFields.of(second, j))
    for (a, b) in zip(left, right) where a != b {
      if a.name == b.name {
        let (x, y) = (a.words, b.words)
        return x == y
          ? "\(a.name): \(x) and \(y), which differ in their bytes (\(a.hex) and \(b.hex))"
          : "\(a.name): \(x) and \(y)"
      }
      return "the first has \(a.name) \(a.words) where the second has \(b.name) \(b.words)"
    }
    if left.count > right.count {
      return "only the first has \(left[right.count].name) \(left[right.count].words)"
    }
    if right.count > left.count {
      return "only the second has \(right[left.count].name) \(right[left.count].words)"
    }
    return nil
  }
}

/// One field of a span: its name, and the content that decides equality.
private struct SpanField: Equatable {
  enum Form: Equatable {
    case number, signed, text, identifier, wire, flag
    case attribute(AttributeRecord.Kind)
  }

  var name: String
  var form: Form
  /// A number, or the value of a scalar attribute.
  var bits: UInt64 = 0
  /// Text, an id, a key, or the value of an attribute that is a run of bytes.
  var bytes: [UInt8] = []
  /// An attribute's key.
  var key: [UInt8] = []

  /// All bytes that decide equality, in hex.
  var hex: String { SpanField.hex(key + bytes) }

  /// The content as a person reads it.
  var words: String {
    switch form {
    case .number: "\(bits)"
    case .signed: "\(Int64(bitPattern: bits))"
    case .flag: bits == 1 ? "present" : "absent"
    case .text: SpanField.quoted(bytes)
    case .identifier: bytes.isEmpty ? "(none)" : SpanField.hex(bytes)
    case .wire: bytes.isEmpty ? "(none)" : "\(bytes.count) bytes \(SpanField.hex(bytes))"
    case .attribute(let kind): "\(SpanField.quoted(key)) = \(value(kind))"
    }
  }

  private func value(_ kind: AttributeRecord.Kind) -> String {
    switch kind {
    case .absent: "(no value)"
    case .empty: "(empty)"
    case .string: SpanField.quoted(bytes)
    case .bool: bits == 0 ? "false" : "true"
    case .int: "\(Int64(bitPattern: bits))"
    case .double: "\(Double(bitPattern: bits)) (double)"
    case .bytes: "bytes \(SpanField.hex(bytes))"
    case .array: "an array (\(SpanField.hex(bytes)))"
    case .keyValueList: "a list of pairs (\(SpanField.hex(bytes)))"
    case .rawValue, .rawKeyValue: "a value in wire form (\(SpanField.hex(bytes)))"
    }
  }

  private static let longest = 60

  private static func quoted(_ bytes: [UInt8]) -> String {
    let shown = String(decoding: bytes.prefix(longest), as: UTF8.self)
    return bytes.count > longest ? "\"\(shown)…\" (\(bytes.count) bytes)" : "\"\(shown)\""
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes.prefix(longest) {
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
    return bytes.count > longest ? text + "…" : text
  }
}

/// All fields of a span, one after the other.
private struct SpanFields {
  private let batch: SpanBatch
  private var fields: [SpanField] = []

  static func of(_ batch: SpanBatch, _ index: Int) -> [SpanField] {
    var result = SpanFields(batch: batch)
    result.add(batch.spans[index])
    return result.fields
  }

  private init(batch: SpanBatch) { self.batch = batch }

  private mutating func add(_ span: SpanRecord) {
    bytes("trace id", .identifier, span.traceID)
    bytes("span id", .identifier, span.spanID)
    bytes("trace state", .text, span.traceState)
    bytes("parent span id", .identifier, span.parentSpanID)
    bytes("name", .text, span.name)
    number("kind", .signed, UInt64(bitPattern: Int64(span.kind)))
    number("start", .number, span.start)
    number("end", .number, span.end)
    attributes("attribute", span.attributes)
    number("dropped attributes", .number, UInt64(span.droppedAttributes))
    for (position, index) in span.events.indices.enumerated() {
      add(batch.events[index], "event \(position + 1)")
    }
    number("dropped events", .number, UInt64(span.droppedEvents))
    for (position, index) in span.links.indices.enumerated() {
      add(batch.links[index], "link \(position + 1)")
    }
    number("dropped links", .number, UInt64(span.droppedLinks))
    number("status", .flag, span.hasStatus ? 1 : 0)
    bytes("status message", .text, span.statusMessage)
    number("status code", .signed, UInt64(bitPattern: Int64(span.statusCode)))
    number("flags", .number, UInt64(span.flags))
    bytes(span.dialect == .v1 ? "payload text" : "unknown fields", .wire, span.extra)
    add(batch.resources[Int(span.resource)])
    add(batch.scopes[Int(span.scope)])
    number("dialect (0 OTLP, 1 v1)", .number, UInt64(span.dialect.rawValue))
    if span.dialect == .v1 { number("place in the file", .number, UInt64(span.filePosition)) }
  }

  private mutating func add(_ event: EventRecord, _ prefix: String) {
    number("\(prefix): time", .number, event.time)
    bytes("\(prefix): name", .text, event.name)
    attributes("\(prefix): attribute", event.attributes)
    number("\(prefix): dropped attributes", .number, UInt64(event.droppedAttributes))
    bytes("\(prefix): unknown fields", .wire, event.extra)
  }

  private mutating func add(_ link: LinkRecord, _ prefix: String) {
    bytes("\(prefix): trace id", .identifier, link.traceID)
    bytes("\(prefix): span id", .identifier, link.spanID)
    bytes("\(prefix): trace state", .text, link.traceState)
    attributes("\(prefix): attribute", link.attributes)
    number("\(prefix): dropped attributes", .number, UInt64(link.droppedAttributes))
    number("\(prefix): flags", .number, UInt64(link.flags))
    bytes("\(prefix): unknown fields", .wire, link.extra)
  }

  private mutating func add(_ record: ResourceRecord) {
    number("resource", .flag, record.isPresent ? 1 : 0)
    attributes("resource attribute", record.attributes)
    number("resource: dropped attributes", .number, UInt64(record.droppedAttributes))
    bytes("resource: unknown fields", .wire, record.extra)
    bytes("resource schema URL", .text, record.schemaURL)
    bytes("resource group: unknown fields", .wire, record.outerExtra)
  }

  private mutating func add(_ record: ScopeRecord) {
    number("scope", .flag, record.isPresent ? 1 : 0)
    bytes("scope name", .text, record.name)
    bytes("scope version", .text, record.version)
    attributes("scope attribute", record.attributes)
    number("scope: dropped attributes", .number, UInt64(record.droppedAttributes))
    bytes("scope: unknown fields", .wire, record.extra)
    bytes("scope schema URL", .text, record.schemaURL)
    bytes("scope group: unknown fields", .wire, record.outerExtra)
  }

  private mutating func number(_ name: String, _ form: SpanField.Form, _ bits: UInt64) {
    fields.append(SpanField(name: name, form: form, bits: bits))
  }

  private mutating func bytes(_ name: String, _ form: SpanField.Form, _ run: ByteRange) {
    fields.append(SpanField(name: name, form: form, bytes: batch.bytes(run)))
  }

  private mutating func attributes(_ name: String, _ run: RecordRange) {
    for (position, index) in run.indices.enumerated() {
      let attribute = batch.attributes[index]
      let hasRange = attribute.kind.hasRange
      fields.append(
        SpanField(
          name: "\(name) \(position + 1)", form: .attribute(attribute.kind),
          bits: hasRange ? 0 : attribute.bits,
          bytes: hasRange ? batch.bytes(attribute.range) : [],
          key: batch.bytes(attribute.key)))
    }
  }
}
