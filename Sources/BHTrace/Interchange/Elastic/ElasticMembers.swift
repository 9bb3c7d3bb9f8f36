/// The members of an object of an Elasticsearch input that tell what it is.
struct ElasticMembers {
  /// The names that tell.
  enum Name: CaseIterable {
    case index, source, fields, took, timedOut, shards, hits, total, responses, documents, response
    case error, status, document, upsert, action, partial

    /// As they are written.
    var texts: [StaticString] {
      switch self {
      case .index: ["_index"]
      case .source: ["_source"]
      case .fields: ["fields"]
      case .took: ["took"]
      case .timedOut: ["timed_out"]
      case .shards: ["_shards"]
      case .hits: ["hits"]
      case .total: ["total"]
      case .responses: ["responses"]
      case .documents: ["docs"]
      case .response: ["response", "rawResponse"]
      case .error: ["error"]
      case .status: ["status"]
      case .document: ["doc"]
      case .upsert: ["upsert"]
      case .action: ["index", "create", "update", "delete"]
      case .partial: ["is_partial", "isPartial"]
      }
    }
  }

  private static let texts: [(StaticString, Name)] = Name.allCases.flatMap { name in
    name.texts.map { ($0, name) }
  }

  /// How many members there are.
  private(set) var count = 0
  /// What its keys say of it as a document.
  private(set) var keys: ElasticKeys = []
  /// The names that occur.
  private(set) var names: Set<Name> = []
  /// Where the objects lie that these names have.
  private(set) var objects: [Name: Range<Int>] = [:]
  /// Where the arrays lie that these names have.
  private(set) var arrays: [Name: Range<Int>] = [:]
  /// Where the other values lie that these names have.
  private(set) var scalars: [Name: Range<Int>] = [:]

  /// The members of the object at `text` of `bytes`. Throws where it is no JSON. A span of Jaeger's
  /// tells by its first member, and is not looked into.
  init(_ bytes: [UInt8], _ text: Range<Int>, base: Int) throws(FormatError) {
    var json = JSONTokenizer(bytes.rawSpan.extracting(text), base: base + text.lowerBound)
    try read(&json, at: text.lowerBound)
  }

  /// As many members as there are at the start of `head`, which may be cut off.
  init(head: [UInt8]) {
    var json = JSONTokenizer(head.rawSpan)
    do throws(FormatError) { try read(&json, at: 0) } catch {
      // What came before the end counts.
    }
  }

  @_lifetime(json: copy json)
  private mutating func read(_ json: inout JSONTokenizer, at start: Int) throws(FormatError) {
    try json.beginObject()
    while let key = try json.nextKey() {
      count += 1
      keys.add { json.equals(key, $0) }
      if count == 1 && keys.contains(.jaegerID) { return }
      let name = Self.texts.first { json.equals(key, $0.0) }?.1
      if let name { names.insert(name) }
      let kind = try json.peek()
      let place = try json.skipValue()
      guard let name else { continue }
      let range = place.lowerBound + start..<place.upperBound + start
      switch kind {
      case .object: objects[name] = range
      case .array: arrays[name] = range
      default: scalars[name] = range
      }
    }
    try json.requireEnd("the object")
  }

  /// Whether it is a line of a bulk file before a document: one member, named after what is done.
  var isAction: Bool { count == 1 && objects[.action] != nil }
}

/// What an answer says besides its hits.
struct ElasticAnswer {
  /// Where it starts.
  var offset = 0
  /// How many documents match; nil where it does not say.
  var total: Int64?
  /// Whether it is only of some shards, or was cut short.
  var isPartial = false
  /// What went wrong; nil where nothing did.
  var error: String?

  /// What `members` say of the text in `bytes`.
  init(_ bytes: [UInt8], _ members: ElasticMembers, base: Int) throws(FormatError) {
    func value(_ place: Range<Int>?) throws(FormatError) -> AttributeValue? {
      guard let place else { return nil }
      var json = JSONTokenizer(bytes.rawSpan.extracting(place), base: base + place.lowerBound)
      var builder = AttributeValueBuilder()
      try json.passValue(to: &builder)
      return builder.value
    }
    if let hits = members.objects[.hits] {
      let inner = try ElasticMembers(bytes, hits, base: base)
      // Before version 7 a number, since then an object around it.
      total = try value(inner.scalars[.total])?.integer
      if let object = try value(inner.objects[.total])?.object { total = object.integer("value") }
    }
    let shards = try value(members.objects[.shards])?.object
    let timedOut = try value(members.scalars[.timedOut])?.isTrue ?? false
    let isUnfinished = try value(members.scalars[.partial])?.isTrue ?? false
    isPartial = timedOut || isUnfinished || (shards?.integer("failed") ?? 0) > 0
    let status = try value(members.scalars[.status])?.integer
    if let object = try value(members.objects[.error])?.object {
      error = Self.words(object, status)
    } else if let status, let text = try value(members.scalars[.error])?.text {
      error = "\(text.prefix(Self.longestReason)) (status \(status))"
    }
  }

  /// Longer reasons are cut (characters).
  private static let longestReason = 300

  private static func words(_ error: AttributeList, _ status: Int64?) -> String? {
    let parts = [error.text("type"), error.text("reason")].compactMap { $0 }
    if parts.isEmpty { return nil }
    return String(parts.joined(separator: ": ").prefix(longestReason))
      + (status.map { " (status \($0))" } ?? "")
  }
}
