/// Recognises Zipkin JSON by its keys: others too have a `traceId` and an `id`.
enum ZipkinSignature {
  /// `.zipkinJSON` where one of the first objects is a Zipkin span, of either version: both ids, and
  /// a member that only Zipkin has, or else none that it does not have.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    // What OTLP and Jaeger have.
    let others: [StaticString] = [
      "traceID", "resourceSpans", "resource_spans", "scopeSpans", "spanId", "batches",
    ]
    var (hasTrace, hasSpan) = (false, false)
    for key in JSONKeys(head.bytes) {
      if others.contains(where: { $0.description.utf8.elementsEqual(key) }) { return nil }
      if key.elementsEqual("traceId".utf8) { hasTrace = true }
      if key.elementsEqual("id".utf8) { hasSpan = true }
      if hasTrace && hasSpan { break }
    }
    return hasTrace && hasSpan && isSpan(head.bytes) ? .zipkinJSON : nil
  }

  /// So many objects are looked at.
  private static let sampled = 8

  private static func isSpan(_ head: [UInt8]) -> Bool {
    let start = head.firstIndex(of: UInt8(ascii: "{")) ?? head.count
    var json = JSONTokenizer(head.rawSpan.extracting(start..<head.count))
    for _ in 0..<sampled {
      var object = Members()
      do throws(FormatError) {
        try object.read(&json)
        if object.isSpan { return true }
        json = Self.next(json)
      } catch {
        // Cut off, or damaged: what came before counts.
        return object.hasTrace && object.hasSpan && object.hasOwn
      }
    }
    return false
  }

  /// At the next object, behind a comma, brackets and white space.
  @_lifetime(copy json)
  private static func next(_ json: borrowing JSONTokenizer) -> JSONTokenizer {
    let bytes = json.bytes
    var at = json.position
    while at < bytes.byteCount && bytes.byte(at: at) != UInt8(ascii: "{") { at += 1 }
    return JSONTokenizer(bytes.extracting(at..<bytes.byteCount))
  }

  /// What the members of an object say about it.
  private struct Members {
    var hasTrace = false
    var hasSpan = false
    var hasOwn = false
    var hasForeign = false

    /// Whether these are all members a span has.
    var isSpan: Bool { hasTrace && hasSpan && (hasOwn || !hasForeign) }

    @_lifetime(json: copy json)
    mutating func read(_ json: inout JSONTokenizer) throws(FormatError) {
      try json.beginObject()
      while let key = try json.nextKey() {
        let kind = try json.peek()
        if json.equals(key, "traceId") {
          hasTrace = true
        } else if json.equals(key, "id") {
          hasSpan = true
        } else if json.equals(key, "timestamp") || json.equals(key, "duration") {
          // Others write these as dates.
          let text = try json.skipValue()
          let isNumber =
            kind == .number || (kind == .string && DecimalText.isUnsigned(json.bytes, text))
          if isNumber { hasOwn = true } else if kind != .null { hasForeign = true }
          continue
        } else if ["localEndpoint", "remoteEndpoint", "annotations", "binaryAnnotations"]
          .contains(where: { json.equals(key, $0) })
        {
          if kind == .object || kind == .array { hasOwn = true }
        } else if json.equals(key, "kind"), kind == .string {
          let name = try json.string()
          if ["CLIENT", "SERVER", "PRODUCER", "CONSUMER"].contains(where: { json.equals(name, $0) })
          {
            hasOwn = true
          }
          continue
        } else if json.equals(key, "shared") && kind == .bool {
          hasOwn = true
        } else if !["parentId", "name", "tags", "kind", "debug"].contains(where: {
          json.equals(key, $0)
        }
        ) {
          hasForeign = true
        }
        _ = try json.skipValue()
      }
    }
  }
}

extension DecimalText {
  /// Whether the JSON string at `range`, quotes included, holds digits only.
  fileprivate static func isUnsigned(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    range.count > 2
      && ((range.lowerBound + 1)..<(range.upperBound - 1)).allSatisfy {
        bytes.byte(at: $0) &- UInt8(ascii: "0") < 10
      }
  }
}
