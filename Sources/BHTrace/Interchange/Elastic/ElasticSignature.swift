/// Recognises what comes out of Elasticsearch and OpenSearch.
enum ElasticSignature {
  /// The forms that documents of an index come in.
  enum Form { case wrapped, dataPrepper, elasticAPM }

  /// So many objects are looked at.
  private static let sampled = 4

  /// The form of the first objects of `head`; nil where they are nothing of an index's, or plain
  /// documents that other readers know.
  static func form(_ head: Sniffer.Head) -> Form? {
    guard JSONKeys.looksLikeJSON(head.bytes), !startsLikeOthers(head.bytes) else { return nil }
    let elements = JSONElements(
      BufferedStream(MemoryByteStream(head.bytes)), wrappers: [ElasticInput.wrapper])
    var report = InputReport(isStrict: false)
    for _ in 0..<sampled {
      let element = try? elements.next(&report)
      if elements.wrapperCount > 0 { return .wrapped }
      guard let element else { return nil }
      let members = ElasticMembers(head: element.bytes)
      if isWrapping(members, element.bytes) { return .wrapped }
      switch members.keys.sort {
      case .dataPrepperSpan where members.keys.contains(.ofDataPrepper): return .dataPrepper
      case .elasticAPM where isElasticAPM(element.bytes): return .elasticAPM
      case .other: continue
      default: return nil
      }
    }
    return nil
  }

  /// Whether one of the first keys is that of what other formats come in: saves looking through it.
  private static func startsLikeOthers(_ head: [UInt8]) -> Bool {
    let others: [StaticString] = [
      "data", "resourceSpans", "resource_spans", "batches", "spans", "processes", "scopeSpans",
    ]
    let own: [StaticString] = ["took", "index", "create", "update", "delete"]
    for key in JSONKeys(head).prefix(8) {
      func isOne(of names: [StaticString]) -> Bool {
        names.contains { $0.description.utf8.elementsEqual(key) }
      }
      if key.first == UInt8(ascii: "_") || isOne(of: own) { return false }
      if isOne(of: others) { return true }
    }
    return false
  }

  /// Whether a document says that it is one of Elastic APM's.
  private static func isElasticAPM(_ text: [UInt8]) -> Bool {
    let head = Sniffer.Head(bytes: text, isWhole: true)
    guard let fields = JSONDocuments.first(1, of: head).first?.fields else { return false }
    return ["transaction", "span", "error", "metric"].contains(fields.text("processor", "event"))
  }

  private static func isWrapping(_ members: ElasticMembers, _ text: [UInt8]) -> Bool {
    let names = members.names
    if names.contains(.source) { return members.objects[.source] != nil || names.contains(.index) }
    if names.contains(.index) { return members.objects[.fields] != nil }
    guard members.keys.sort == .other else { return false }
    if members.isAction { return isAction(members, text) }
    if names.isSuperset(of: [.took, .hits]) || names.isSuperset(of: [.took, .responses]) {
      return true
    }
    if names.contains(.documents) {
      return JSONKeys(text).prefix(3).contains { $0.elementsEqual("_index".utf8) }
    }
    if names.contains(.response) && names.contains(.partial) { return true }
    guard let answer = try? ElasticAnswer(text, members, base: 0) else { return false }
    return answer.error != nil && members.scalars[.status] != nil
  }

  /// Whether what an action is done with is named as an index names things.
  private static func isAction(_ members: ElasticMembers, _ text: [UInt8]) -> Bool {
    guard let place = members.objects[.action] else { return false }
    let known: [StaticString] = [
      "routing", "pipeline", "require_alias", "retry_on_conflict", "version", "version_type",
      "if_seq_no", "if_primary_term", "dynamic_templates", "parent",
    ]
    var json = JSONTokenizer(text.rawSpan.extracting(place))
    do throws(FormatError) {
      try json.beginObject()
      while let key = try json.nextKey() {
        let isOwn =
          json.bytes.byte(at: key.contents.lowerBound) == UInt8(ascii: "_")
          || known.contains { json.equals(key, $0) }
        if !isOwn { return false }
        _ = try json.skipValue()
      }
    } catch { return false }
    return true
  }

  /// Documents in what Elasticsearch puts around them.
  static let wrapped = format(
    "Elasticsearch documents", .wrapped, mentioning: ElasticMembers.Name.allCases.flatMap(\.texts))
  /// Data Prepper's documents as they are.
  static let dataPrepper = format(
    "Data Prepper spans", .dataPrepper, mentioning: ElasticKeys.telling(.ofDataPrepper))
  /// Documents of Elastic APM as they are.
  static let elasticAPM = format(
    "Elastic APM documents", .elasticAPM, mentioning: ["processor", "processor.event"])

  /// Documents of a form have one of `keys`: where none occurs, nothing is taken apart to tell.
  private static func format(
    _ name: String, _ form: Form, mentioning keys: [StaticString]
  ) -> Sniffer.Format {
    let search = QuotedKeys(keys)
    return Sniffer.Format(
      name: name,
      recognise: { head in
        search.occurs(in: head.bytes) && self.form(head) == form ? .documents : nil
      },
      open: { stream, _ in ElasticInput(stream) }, isText: true)
  }
}
