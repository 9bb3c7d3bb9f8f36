/// Tags: of spans, with those that stand for the span's own fields, of logs and of processes.
extension JaegerOutput {
  /// Writes the span's tags and returns its warnings, which are none.
  ///
  /// The order is that of Jaeger's own translation: scope, attributes, then kind, status and trace
  /// state. Where an attribute has the key of such a tag, the latter come first: readers take the
  /// first one.
  mutating func writeTags(_ span: SpanRecord) -> [ByteRange] {
    var warnings: [ByteRange] = []
    var rest: [AttributeRecord] = []
    var (hasWarnings, hasTraceWarnings) = (false, false)
    for attribute in batch.attributes[span.attributes.indices] {
      if !hasWarnings, let list = texts(attribute, WarningList.spanKey) {
        warnings = list
        hasWarnings = true
      } else if !hasTraceWarnings, let list = texts(attribute, WarningList.traceKey) {
        keepTraceWarnings(list)
        hasTraceWarnings = true
      } else {
        rest.append(attribute)
      }
    }
    let said = SpanTags(rest, batch.arena, .jaeger)
    let scope = batch.scopes[Int(span.scope)]
    losses.add(.scopeAttributes, where: scope.attributes.count > 0)
    json.open("tags", "[")
    writeField(
      "otel.scope.name", scope.name, said: said.scopeName, isRead: said.isSuperfluous(.scopeName))
    writeField(
      "otel.scope.version", scope.version, said: said.scopeVersion,
      isRead: said.isSuperfluous(.scopeVersion))
    if said.hasSuperfluous { writeFields(span, said) }
    for attribute in rest { writeTag(attribute) }
    if !said.hasSuperfluous { writeFields(span, said) }
    json.close("]")
    return warnings
  }

  private mutating func writeFields(_ span: SpanRecord, _ said: SpanTags) {
    if (1...5).contains(span.kind) {
      openTag()
      json.string("span.kind")
      closeTag("string") { $0.json.string(SpanKindName.text(span.kind)) }
    } else {
      losses.add(.misreadTags, where: said.kind != 0)
    }
    let isSaid = said.statusCode == span.statusCode && !said.isSuperfluous(.code)
    if !isSaid && (1...2).contains(span.statusCode) {
      let isError = span.statusCode == 2
      openTag()
      json.string("otel.status_code")
      closeTag("string") { $0.json.string(isError ? "ERROR" : "OK") }
      if isError {
        openTag()
        json.string("error")
        closeTag("bool") { $0.json.bool(true) }
      }
      losses.add(.misreadTags, where: !isError && said.has(.error))
    } else {
      losses.add(.misreadTags, where: !isSaid && said.statusCode != 0)
    }
    writeField(
      "otel.status_description", span.statusMessage, said: .empty,
      isRead: said.isSuperfluous(.message))
    writeField(
      "w3c.tracestate", span.traceState, said: .empty, isRead: said.isSuperfluous(.traceState))
  }

  /// Writes the tag of a field, unless it is empty or an attribute says the same and stays one.
  private mutating func writeField(
    _ key: StaticString, _ text: ByteRange, said: ByteRange, isRead: Bool
  ) {
    if text.isEmpty {
      losses.add(.misreadTags, where: isRead || !said.isEmpty)
    } else if isRead || !ByteComparison.equal(batch.arena, text, batch.arena, said) {
      openTag()
      json.string(key)
      closeTag("string") { $0.json.string(text, of: $0.batch.arena) }
    }
  }

  /// The strings of an attribute with this key that is an array of strings only.
  private func texts(_ attribute: AttributeRecord, _ key: StaticString) -> [ByteRange]? {
    guard attribute.kind == .array, batch.equals(attribute.key, key) else { return nil }
    return WarningList.texts(attribute.range, of: batch.arena)
  }

  mutating func openTag() {
    json.open("{")
    json.key("key")
  }

  mutating func closeTag(_ type: StaticString, _ value: (inout JaegerOutput) -> Void) {
    json.key("type")
    json.string(type)
    json.key("value")
    value(&self)
    json.close("}")
  }

  /// Writes an attribute as a tag. Numbers beyond 2^53 are text, as in Jaeger's own answers.
  mutating func writeTag(_ attribute: AttributeRecord) {
    let arena = batch.arena
    openTag()
    json.string(attribute.key, of: arena)
    switch attribute.kind {
    case .string: closeTag("string") { $0.json.string(attribute.range, of: arena) }
    case .bool: closeTag("bool") { $0.json.bool(attribute.bits != 0) }
    case .int:
      let value = Int64(bitPattern: attribute.bits)
      closeTag("int64") {
        if value.magnitude <= 1 << 53 {
          $0.json.number(value)
        } else {
          $0.json.string(Array(String(value).utf8))
        }
      }
    case .double: closeTag("float64") { $0.json.number(Double(bitPattern: attribute.bits)) }
    case .bytes: closeTag("binary") { $0.json.base64(attribute.range, of: arena) }
    case .empty, .absent:
      losses.add(.missingValues, where: attribute.kind == .absent)
      closeTag("string") { $0.json.null() }
    case .array, .keyValueList, .rawValue, .rawKeyValue:
      losses.add(.nestedValues)
      var text = CountingJSON()
      text.value(attribute, of: arena)
      losses.add(.invalidText, text.invalidText)
      closeTag("string") { $0.json.string(text.out) }
    }
  }
}
