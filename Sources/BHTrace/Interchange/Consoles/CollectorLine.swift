/// A line of the text that the collector's `debug` exporter prints, by its shape.
///
/// Whatever stands in front of it (a timestamp, the name of a container) is left off: shapes are
/// looked for anywhere behind white space.
enum CollectorLine {
  /// A part starts: of a span or what is around it, or of another signal.
  case part(Part)
  /// A field of a span: its name and its value.
  case field(name: String, value: String)
  /// What stands behind an arrow: an attribute, or a field of an event or a link.
  case arrow(String)
  /// Attributes follow.
  case attributes(of: Owner)
  /// A schema's address.
  case schemaURL(of: Owner, String)
  /// The name and the version of a scope.
  case scope(String)
  /// The log record is over that the text is the message of.
  case end
  /// None of these.
  case other

  /// What a part is of.
  enum Part { case resource, scope, span, event, link, otherSignal }

  /// What attributes are of.
  enum Owner { case resource, scope, span, part }

  /// The shape of `line`.
  init(_ line: [UInt8]) {
    if let part = Self.part(line) {
      self = .part(part)
    } else if let at = Self.find("     -> ", in: line) {
      let text = String(decoding: line[(at + 8)...], as: UTF8.self)
      self = text == "Attributes::" || text == "Attributes:" ? .attributes(of: .part) : .arrow(text)
    } else if let (name, value) = Self.field(line) {
      self = .field(name: name, value: value)
    } else if let named = Self.named(line) {
      self = named
    } else if Self.ends.contains(where: { Self.find($0, in: line) != nil }) {
      self = .end
    } else {
      self = .other
    }
  }

  /// What the logger puts behind a message of the exporter.
  private static let ends = ["\t{\"kind\": \"exporter\"", "\t{\"otelcol.", "\t{\"resource\": {"]

  /// `Span #0`, at the end of the line and behind white space or nothing.
  private static func part(_ line: [UInt8]) -> Part? {
    guard let sign = line.lastIndex(of: UInt8(ascii: "#")), sign > 1, line.count - sign <= 8,
      line[(sign + 1)...].allSatisfy({ (0x30...0x39).contains($0) }), sign + 1 < line.count,
      line[sign - 1] == 0x20
    else { return nil }
    let start = line[..<(sign - 1)].lastIndex { $0 <= 0x20 }.map { $0 + 1 } ?? 0
    return parts[String(decoding: line[start..<(sign - 1)], as: UTF8.self)]
  }

  private static let parts: [String: Part] = [
    "ResourceSpans": .resource, "ScopeSpans": .scope, "InstrumentationLibrarySpans": .scope,
    "Span": .span, "SpanEvent": .event, "SpanLink": .link, "ResourceMetrics": .otherSignal,
    "ResourceLog": .otherSignal, "ResourceLogs": .otherSignal, "ResourceProfiles": .otherSignal,
  ]

  /// `    Trace ID       : value`.
  private static func field(_ line: [UInt8]) -> (String, String)? {
    guard let colon = find(": ", in: line) ?? (line.last == 0x3A ? line.count - 1 : nil),
      colon >= 19
    else { return nil }
    for name in fieldNames where line[..<colon].suffix(19).elementsEqual(name.padded.utf8) {
      return (name.name, String(decoding: line[min(line.count, colon + 2)...], as: UTF8.self))
    }
    // A time in front has colons of its own.
    for name in fieldNames {
      guard let at = find(name.padded + ": ", in: line) else { continue }
      return (name.name, String(decoding: line[(at + 21)...], as: UTF8.self))
    }
    return nil
  }

  private static let fieldNames = [
    "Trace ID", "Parent ID", "ID", "Name", "Kind", "TraceState", "Start time", "End time",
    "Status code", "Status message",
  ].map { name in
    (name: name, padded: "    " + name + String(repeating: " ", count: 15 - name.count))
  }

  /// Lines that are told by how they start.
  private static func named(_ line: [UInt8]) -> CollectorLine? {
    for (start, owner) in owners {
      guard let at = find(start, in: line), at == 0 || line[at - 1] <= 0x20 else { continue }
      let rest = String(decoding: line[(at + start.utf8.count)...], as: UTF8.self)
      if start.hasSuffix("SchemaURL:") { return .schemaURL(of: owner, Self.trimmed(rest)) }
      if start.hasSuffix(":") { return rest.isEmpty ? .attributes(of: owner) : nil }
      return .scope(Self.trimmed(rest))
    }
    return nil
  }

  /// Longer ones before those that they end like.
  private static let owners: [(String, Owner)] = [
    ("Resource SchemaURL:", .resource), ("ScopeSpans SchemaURL:", .scope),
    ("InstrumentationLibrarySpans SchemaURL:", .scope), ("Resource attributes:", .resource),
    ("Resource labels:", .resource), ("InstrumentationScope attributes:", .scope),
    ("InstrumentationScope ", .scope), ("InstrumentationLibrary ", .scope), ("Attributes:", .span),
    ("Events:", .part), ("Links:", .part),
  ]

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last == " " { text.removeLast() }
    while text.first == " " { text.removeFirst() }
    return String(text)
  }

  /// Where `text` first lies in `line`.
  static func find(_ text: String, in line: [UInt8]) -> Int? {
    line.rawSpan.firstIndex(of: text, from: 0)
  }
}
