/// Tags, with those that stand for fields Zipkin does not have.
extension ZipkinOutput {
  /// Writes the tags of a span; `kept` are the indices of the attributes that are tags.
  mutating func writeTags(_ span: SpanRecord, _ kept: [Int]) {
    let scope = batch.scopes[Int(span.scope)]
    let said = SpanTags(kept.map { batch.attributes[$0] }, batch.arena, .zipkin)
    losses.add(.scopeAttributes, where: scope.attributes.count > 0)
    var tags = ZipkinTags()
    addFields(span, scope, said, to: &tags)
    addLinks(span, to: &tags)
    let service = service(span.resource)
    let shared = batch.resources[Int(span.resource)].attributes.indices.filter { $0 != service }
    losses.add(.resourceAttributes, where: !shared.isEmpty)
    // A key can stand in an object once: the span's last word counts, and before it the fields'.
    let chosen = Self.lastOfEachKey(shared + kept, batch, taken: tags.keys)
    losses.add(.repeatedKeys, shared.count + kept.count - chosen.count)
    if tags.isEmpty && chosen.isEmpty { return }
    json.open("tags", "{")
    for tag in tags.list {
      json.string(tag.key)
      json.raw([UInt8(ascii: ":")])
      json.string(tag.value)
    }
    for index in chosen {
      let attribute = batch.attributes[index]
      losses.add(
        .misreadTags,
        where: ZipkinPackedText.isLinkKey(batch.arena, attribute.key) && attribute.kind == .string
          && ZipkinPackedText(batch.bytes(attribute.range))?.link != nil)
      json.key(attribute.key, of: batch.arena)
      if attribute.kind == .string {
        json.string(attribute.range, of: batch.arena)
      } else {
        json.string(text(attribute))
      }
    }
    json.close("}")
  }

  private mutating func addFields(
    _ span: SpanRecord, _ scope: ScopeRecord, _ said: SpanTags, to tags: inout ZipkinTags
  ) {
    add("otel.scope.name", scope.name, said.scopeName, said.isSuperfluous(.scopeName), to: &tags)
    add(
      "otel.scope.version", scope.version, said.scopeVersion, said.isSuperfluous(.scopeVersion),
      to: &tags)
    if span.kind == 1 {
      tags.add("span.kind", Array("internal".utf8))
    } else {
      losses.add(.misreadTags, where: said.kind != 0 && span.kind == 0)
    }
    let isSaid = said.statusCode == span.statusCode && !said.isSuperfluous(.code)
    let message = batch.bytes(span.statusMessage)
    var isMessageSaid =
      isSaid
      && ByteComparison.equal(batch.arena, said.statusMessage, batch.arena, span.statusMessage)
      && !said.isSuperfluous(.message)
    if !isSaid && (1...2).contains(span.statusCode) {
      let isError = span.statusCode == 2
      tags.add("otel.status_code", Array((isError ? "ERROR" : "OK").utf8))
      if isError {
        let isFlag = message.isEmpty || message.elementsEqual("true".utf8)
        tags.add("error", isFlag ? Array("true".utf8) : message)
        isMessageSaid = !isFlag
      }
      losses.add(.misreadTags, where: !isError && said.has(.error))
    } else {
      losses.add(.misreadTags, where: !isSaid && said.statusCode != 0)
    }
    if !message.isEmpty && !isMessageSaid { tags.add("otel.status_description", message) }
    losses.add(.misreadTags, where: message.isEmpty && said.isSuperfluous(.message))
    add("w3c.tracestate", span.traceState, .empty, said.isSuperfluous(.traceState), to: &tags)
  }

  /// Adds the tag of a field, unless it is empty or an attribute says the same and stays one.
  private mutating func add(
    _ key: StaticString, _ text: ByteRange, _ said: ByteRange, _ isRead: Bool,
    to tags: inout ZipkinTags
  ) {
    if text.isEmpty {
      losses.add(.misreadTags, where: isRead || !said.isEmpty)
    } else if isRead || !ByteComparison.equal(batch.arena, text, batch.arena, said) {
      tags.add(key, batch.bytes(text))
    }
  }

  /// Links in the form OpenTelemetry's translation gives them: ids, trace state, attributes and
  /// the number of dropped ones between bars.
  private mutating func addLinks(_ span: SpanRecord, to tags: inout ZipkinTags) {
    for (number, index) in span.links.indices.enumerated() {
      let link = batch.links[index]
      losses.add(.linkTraceStates, where: link.flags != 0)
      var text =
        HexText.encode(batch.arena[link.traceID.positions]) + [UInt8(ascii: "|")]
        + HexText.encode(batch.arena[link.spanID.positions])
      text += [UInt8(ascii: "|")] + batch.bytes(link.traceState) + [UInt8(ascii: "|")]
      text += object(link.attributes) + Array("|\(link.droppedAttributes)".utf8)
      tags.add(Array("otlp.link.\(number)".utf8), text)
    }
  }

  /// The text of a value that is none itself.
  private mutating func text(_ attribute: AttributeRecord) -> [UInt8] {
    if attribute.kind == .empty || attribute.kind == .absent {
      losses.add(.missingValues)
      return []
    }
    losses.add(attribute.kind.hasRange && attribute.kind != .bytes ? .nestedValues : .valueTypes)
    var value = CountingJSON()
    value.value(attribute, of: batch.arena)
    losses.add(.invalidText, value.invalidText)
    // What JSON has in quotes here are bytes and words for numbers.
    let isQuoted = value.out.first == UInt8(ascii: "\"") && value.out.count > 1
    return isQuoted ? Array(value.out[1..<(value.out.count - 1)]) : value.out
  }

  /// Those of `indices` whose key does not come again and is not `taken`.
  private static func lastOfEachKey(
    _ indices: [Int], _ batch: SpanBatch, taken: [[UInt8]]
  ) -> [Int] {
    var keys = ByteInterner()
    for key in taken { _ = keys.intern(key) }
    var chosen: [Int] = []
    for index in indices.reversed() {
      let count = keys.count
      if keys.intern(batch.arena, batch.attributes[index].key) == count { chosen.append(index) }
    }
    return chosen.reversed()
  }
}

/// Tags that are made by the writer.
struct ZipkinTags {
  private(set) var list: [(key: [UInt8], value: [UInt8])] = []

  var isEmpty: Bool { list.isEmpty }
  var keys: [[UInt8]] { list.map(\.key) }

  mutating func add(_ key: StaticString, _ value: [UInt8]) {
    list.append((Array(key.description.utf8), value))
  }

  mutating func add(_ key: [UInt8], _ value: [UInt8]) { list.append((key, value)) }
}
