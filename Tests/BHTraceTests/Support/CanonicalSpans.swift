@testable import BHTrace

/// The spans and trees of an archive as JSON lines, in the words of `Tests/decoder/decode.py`.
enum CanonicalSpans {
  /// A line for each span: everything it says.
  static func spans(_ archive: [UInt8]) throws -> String {
    var text = ""
    try ArchiveSession(BytesSource(archive)).forEachTrace([.payload]) { trace in
      let lines = SpanLines(batch: trace.batch, traceID: trace.traceID)
      for (position, span) in trace.batch.spans.enumerated() {
        text += lines.line(span, isFirst: trace.firstPosition + position == 0) + "\n"
      }
    }
    return text
  }

  /// A line for each trace: its spans with parents, marks, times and operations.
  static func structure(_ archive: [UInt8]) throws -> String {
    var text = ""
    try ArchiveSession(BytesSource(archive)).forEachTrace(.traceID) { trace in
      let tree = trace.tree
      let spans = (0..<tree.count).map { position in
        let operation = trace.names.operations[Int(tree.operations[position])]
        let place =
          tree.filePositions.isEmpty ? 0 : Int(tree.filePositions[position]) - position
        return [
          "\(tree.parents[position])", "\(tree.marks[position].rawValue)",
          "\(tree.starts[position])", "\(tree.ends[position])",
          json(trace.names.services[Int(operation.service)]), "\(operation.kind)",
          json(operation.name), "\(place)",
        ].joined(separator: ",")
      }
      text +=
        #"{"trace":"\#(hex(trace.traceID))","v1":\#(tree.dialect == .v1),"#
        + #""start":\#(tree.earliestStart),"spans":[\#(list(spans.map { "[\($0)]" }))]}"# + "\n"
    }
    return text
  }

  fileprivate static func list(_ items: [String]) -> String { items.joined(separator: ",") }

  fileprivate static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A JSON string, or the bytes in hex where they are not UTF-8.
  fileprivate static func json(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return #"{"hex":"\#(hex(bytes))"}"#
    }
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{8}": out += "\\b"
      case "\u{C}": out += "\\f"
      case "\0"..<" ": out += "\\u00" + hex([UInt8(scalar.value)])
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

/// Makes lines of the spans of one batch.
private struct SpanLines {
  let batch: SpanBatch
  let traceID: [UInt8]

  private func text(_ range: ByteRange) -> String { CanonicalSpans.json(batch.bytes(range)) }

  private func hex(_ range: ByteRange) -> String {
    "\"" + CanonicalSpans.hex(batch.bytes(range)) + "\""
  }

  func line(_ span: SpanRecord, isFirst: Bool) -> String {
    let isV1 = span.dialect == .v1
    let id = isV1 ? text : hex
    let resource = batch.resources[Int(span.resource)]
    let scope = batch.scopes[Int(span.scope)]
    var line =
      #"{"trace":\#(id(span.traceID)),"span":\#(id(span.spanID)),"#
      + #""parent":\#(id(span.parentSpanID)),"name":\#(text(span.name)),"kind":\#(span.kind),"#
      + #""start":\#(span.start),"end":\#(span.end),"status":{"present":\#(span.hasStatus),"#
      + #""code":\#(span.statusCode),"message":\#(text(span.statusMessage))},"#
      + #""state":\#(text(span.traceState)),"flags":\#(span.flags),"#
      + #""dropped":[\#(span.droppedAttributes),\#(span.droppedEvents),\#(span.droppedLinks)],"#
      + #""attributes":\#(attributes(span.attributes)),"#
    line +=
      #""events":[\#(CanonicalSpans.list(batch.events[span.events.indices].map(event)))],"#
      + #""links":[\#(CanonicalSpans.list(batch.links[span.links.indices].map(link)))],"#
      + #""resource":{"present":\#(resource.isPresent),"#
      + record(
        resource.attributes, resource.droppedAttributes, resource.schemaURL, resource.extra,
        resource.outerExtra)
      + #","scope":{"present":\#(scope.isPresent),"name":\#(text(scope.name)),"#
      + #""version":\#(text(scope.version)),"#
      + record(
        scope.attributes, scope.droppedAttributes, scope.schemaURL, scope.extra, scope.outerExtra)
      + #","unknown":\#(hex(span.extra))"#
    if isV1 { line += #","v1":[\#(v1File(isFirst))]"# }
    return line + "}"
  }

  /// What the file of a v1 trace says beside its spans, which goes with the first of them.
  private func v1File(_ isFirst: Bool) -> String {
    let file = batch.v1Files.first { isFirst && batch.bytes($0.traceID) == traceID }
    return CanonicalSpans.list(
      [file?.header, file?.tree, file?.payload].map { hex($0 ?? .empty) })
  }

  /// What resources and scopes have in common, with the closing bracket.
  private func record(
    _ list: RecordRange, _ dropped: UInt32, _ schema: ByteRange, _ extra: ByteRange,
    _ outerExtra: ByteRange
  ) -> String {
    #""attributes":\#(attributes(list)),"dropped":\#(dropped),"schema":\#(text(schema)),"#
      + #""unknown":\#(hex(extra)),"outerUnknown":\#(hex(outerExtra))}"#
  }

  private func event(_ event: EventRecord) -> String {
    #"{"time":\#(event.time),"name":\#(text(event.name)),"#
      + #""attributes":\#(attributes(event.attributes)),"dropped":\#(event.droppedAttributes),"#
      + #""unknown":\#(hex(event.extra))}"#
  }

  private func link(_ link: LinkRecord) -> String {
    #"{"trace":\#(hex(link.traceID)),"span":\#(hex(link.spanID)),"#
      + #""state":\#(text(link.traceState)),"attributes":\#(attributes(link.attributes)),"#
      + #""dropped":\#(link.droppedAttributes),"flags":\#(link.flags),"#
      + #""unknown":\#(hex(link.extra))}"#
  }

  private func attributes(_ range: RecordRange) -> String {
    let all = batch.attributes[range.indices].map { attribute in
      "[\(text(attribute.key)),\(value(attribute))]"
    }
    return "[\(CanonicalSpans.list(all))]"
  }

  /// The word for the kind, and the value.
  private func value(_ attribute: AttributeRecord) -> String {
    switch attribute.kind {
    case .absent: return #""absent",null"#
    case .empty: return #""empty",null"#
    case .string: return #""text",\#(text(attribute.range))"#
    case .bool: return #""bool",\#(attribute.bits == 1)"#
    case .int: return #""int",\#(Int64(bitPattern: attribute.bits))"#
    case .double:
      let digits = String(attribute.bits, radix: 16)
      return #""double","\#(String(repeating: "0", count: 16 - digits.count))\#(digits)""#
    case .bytes: return #""bytes",\#(hex(attribute.range))"#
    case .array: return #""array",\#(hex(attribute.range))"#
    case .keyValueList: return #""list",\#(hex(attribute.range))"#
    case .rawValue: return #""rawValue",\#(hex(attribute.range))"#
    case .rawKeyValue: return #""rawKeyValue",\#(hex(attribute.range))"#
    }
  }
}
