/// Finds in what two spans differ, for a person to read.
package enum SpanComparison {
  /// What the two sides are called.
  package struct Sides: Sendable {
    /// "the archive".
    package var first = "the first"
    /// "the source".
    package var second = "the second"

    /// The first and the second.
    package init(first: String = "the first", second: String = "the second") {
      self.first = first
      self.second = second
    }
  }

  /// The first field in which span `i` of `first` and span `j` of `second` differ, with both
  /// values, in the order of the OTLP fields; nil where the spans are equal. Attributes are told
  /// apart by their keys, and from others in another order.
  package static func describeDifference(
    _ first: SpanBatch, _ i: Int, _ second: SpanBatch, _ j: Int, sides: Sides = Sides()
  ) -> String? {
    let (left, right) = (SpanFields.of(first, i), SpanFields.of(second, j))
    var places: [String: Int] = [:]
    for (place, section) in right.enumerated() { places[section.name] = place }
    var isMet = [Bool](repeating: false, count: right.count)
    for section in left {
      guard let place = places[section.name] else {
        if let field = section.fields.first {
          return "only \(sides.first) has \(field.words(in: section))"
        }
        continue
      }
      isMet[place] = true
      if let what = section.difference(from: right[place], sides) { return what }
    }
    for (section, isMet) in zip(right, isMet) where !isMet {
      if let field = section.fields.first {
        return "only \(sides.second) has \(field.words(in: section))"
      }
    }
    return nil
  }
}

/// Fields of a span that are compared together: one, or the attributes of one list.
private struct SpanSection {
  var name: String
  var isList = false
  var fields: [SpanField] = []

  func difference(from other: SpanSection, _ sides: SpanComparison.Sides) -> String? {
    if fields == other.fields { return nil }
    guard isList else {
      guard let a = fields.first, let b = other.fields.first else { return nil }
      return "\(name): \(a.words(beside: b))"
    }
    let (left, right) = (leftOver(of: other), other.leftOver(of: self))
    if left.isEmpty && right.isEmpty {
      return "\(name)s in another order: \(keys) and \(other.keys)"
    }
    if let a = left.first(where: { a in right.contains { $0.key == a.key } }),
      let b = right.first(where: { $0.key == a.key })
    {
      return "\(name) \(a.keyWords): \(a.words(beside: b))"
    }
    if let a = left.first { return "only \(sides.first) has \(a.words(in: self))" }
    return right.first.map { "only \(sides.second) has \($0.words(in: self))" }
  }

  /// The fields that `other` does not have, each as often as it is missing there.
  private func leftOver(of other: SpanSection) -> [SpanField] {
    var counts: [SpanField: Int] = [:]
    for field in other.fields { counts[field, default: 0] += 1 }
    return fields.filter { field in
      guard let count = counts[field], count > 0 else { return true }
      counts[field] = count - 1
      return false
    }
  }

  private static let namedKeys = 20

  /// The keys, in order.
  private var keys: String {
    let shown = fields.prefix(Self.namedKeys).map(\.keyWords).joined(separator: ", ")
    return fields.count > Self.namedKeys ? shown + ", …" : shown
  }
}

/// One field of a span: its name, and the content that decides equality.
private struct SpanField: Hashable {
  enum Form: Hashable {
    case number, signed, text, identifier, wire, flag
    case attribute(AttributeRecord.Kind)
  }

  var form: Form
  /// A number, or the value of a scalar attribute.
  var bits: UInt64 = 0
  /// Text, an id, a key, or the value of an attribute that is a run of bytes.
  var bytes: [UInt8] = []
  /// An attribute's key.
  var key: [UInt8] = []

  /// All bytes that decide equality, in hex.
  var hex: String { SpanField.hex(key + bytes) }

  /// Both contents; their bytes too where they look alike.
  func words(beside other: SpanField) -> String {
    let (mine, others) = (words, other.words)
    if mine != others { return "\(mine) and \(others)" }
    return "\(mine) and \(others), which differ in their bytes (\(hex) and \(other.hex))"
  }

  /// The field with its name.
  func words(in section: SpanSection) -> String {
    section.isList ? "\(section.name) \(keyWords) = \(words)" : "\(section.name) \(words)"
  }

  /// The key of an attribute.
  var keyWords: String { SpanField.quoted(key) }

  /// The content as a person reads it.
  private var words: String {
    switch form {
    case .number: "\(bits)"
    case .signed: "\(Int64(bitPattern: bits))"
    case .flag: bits == 1 ? "present" : "absent"
    case .text: SpanField.quoted(bytes)
    case .identifier: bytes.isEmpty ? "(none)" : SpanField.hex(bytes)
    case .wire: bytes.isEmpty ? "(none)" : "\(bytes.count) bytes \(SpanField.hex(bytes))"
    case .attribute(let kind): value(kind)
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

/// All fields of a span, section by section.
private struct SpanFields {
  private let batch: SpanBatch
  private var sections: [SpanSection] = []

  static func of(_ batch: SpanBatch, _ index: Int) -> [SpanSection] {
    var result = SpanFields(batch: batch)
    result.add(batch.spans[index])
    return result.sections
  }

  private init(batch: SpanBatch) { self.batch = batch }

  private mutating func add(_ span: SpanRecord) {
    number("dialect (0 OTLP, 1 v1)", .number, UInt64(span.dialect.rawValue))
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
    sections.append(SpanSection(name: name, fields: [SpanField(form: form, bits: bits)]))
  }

  private mutating func bytes(_ name: String, _ form: SpanField.Form, _ run: ByteRange) {
    sections.append(
      SpanSection(name: name, fields: [SpanField(form: form, bytes: batch.bytes(run))]))
  }

  private mutating func attributes(_ name: String, _ run: RecordRange) {
    let fields = run.indices.map { index in
      let attribute = batch.attributes[index]
      let hasRange = attribute.kind.hasRange
      return SpanField(
        form: .attribute(attribute.kind), bits: hasRange ? 0 : attribute.bits,
        bytes: hasRange ? batch.bytes(attribute.range) : [], key: batch.bytes(attribute.key))
    }
    sections.append(SpanSection(name: name, isList: true, fields: fields))
  }
}
