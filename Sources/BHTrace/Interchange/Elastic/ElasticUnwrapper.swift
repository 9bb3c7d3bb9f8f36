/// What an object of an Elasticsearch input holds.
enum ElasticPart {
  /// A document's text.
  case document(Range<Int>, ElasticSort)
  /// The text of the chosen fields of a document, each with an array of its values.
  case fields(Range<Int>)
  /// A hit of which only the name is given.
  case withoutSource(Range<Int>)
  /// A line of a bulk file that says what is done with the next one.
  case action
  /// An answer, before its hits.
  case answer(ElasticAnswer)

  /// Where in the object it starts.
  var start: Int {
    switch self {
    case .document(let text, _), .fields(let text), .withoutSource(let text): text.lowerBound
    case .action: 0
    case .answer(let answer): answer.offset
    }
  }
}

/// Takes the objects of an Elasticsearch or OpenSearch input apart: documents as they are, hits and
/// lines of elasticdump around them, lines of bulk files, answers of `_search`, `_msearch`, `_mget`
/// and asynchronous searches around hits.
struct ElasticUnwrapper: ~Copyable {
  private let bytes: [UInt8]
  private let base: Int
  private var parts: [ElasticPart] = []
  private var queue: [(text: Range<Int>, level: Int)]

  /// Answers lie in each other no deeper.
  private static let deepest = 4

  private init(_ element: JSONElement) {
    bytes = element.bytes
    base = element.offset
    queue = [(0..<element.bytes.count, 0)]
  }

  /// The parts of the object `element` is, in their order. Throws where one that has to be looked
  /// into is no JSON.
  static func parts(of element: JSONElement) throws(FormatError) -> [ElasticPart] {
    var unwrapper = ElasticUnwrapper(element)
    var next = 0
    while next < unwrapper.queue.count {
      try unwrapper.read(unwrapper.queue[next])
      next += 1
    }
    if unwrapper.parts.count > 1 { unwrapper.parts.sort { $0.start < $1.start } }
    return unwrapper.parts
  }

  private mutating func read(_ object: (text: Range<Int>, level: Int)) throws(FormatError) {
    let members = try ElasticMembers(bytes, object.text, base: base)
    if let source = members.objects[.source] {
      parts.append(.document(source, try ElasticMembers(bytes, source, base: base).keys.sort))
    } else if members.names.contains(.index) {
      parts.append(
        members.objects[.fields].map { .fields($0) } ?? .withoutSource(object.text))
    } else if members.keys.sort != .other || object.level == Self.deepest {
      parts.append(.document(object.text, members.keys.sort))
    } else if members.isAction {
      parts.append(.action)
    } else if let changed = members.objects[.upsert] ?? members.objects[.document] {
      queue.append((changed, object.level + 1))
    } else if let response = members.objects[.response] {
      queue.append((response, object.level + 1))
    } else if try !readAnswer(members, object) {
      parts.append(.document(object.text, .other))
    }
  }

  /// Reads an object as an answer; false where it is none.
  private mutating func readAnswer(
    _ members: ElasticMembers, _ object: (text: Range<Int>, level: Int)
  ) throws(FormatError) -> Bool {
    var answer = try ElasticAnswer(bytes, members, base: base)
    answer.offset = object.text.lowerBound
    var elements: [Range<Int>] = []
    var isAnswer = answer.error != nil
    var arrays: [Range<Int>] = []
    if let hits = members.objects[.hits] {
      let inner = try ElasticMembers(bytes, hits, base: base)
      if let array = inner.arrays[.hits] { arrays.append(array) }
    }
    for name in [ElasticMembers.Name.responses, .documents] {
      if let array = members.arrays[name] { arrays.append(array) }
    }
    for array in arrays {
      isAnswer = true
      try appendObjects(of: array, to: &elements)
    }
    if !isAnswer { return false }
    // What `_msearch` answers says nothing itself.
    if members.objects[.hits] != nil || answer.error != nil { parts.append(.answer(answer)) }
    queue += elements.map { ($0, object.level + 1) }
    return true
  }

  /// Appends the places of the objects in the array at `text`.
  private func appendObjects(
    of text: Range<Int>, to elements: inout [Range<Int>]
  ) throws(FormatError) {
    var json = JSONTokenizer(bytes.rawSpan.extracting(text), base: base + text.lowerBound)
    try json.beginArray()
    while try json.nextElement() {
      let isObject = try json.peek() == .object
      let place = try json.skipValue()
      if isObject {
        elements.append(place.lowerBound + text.lowerBound..<place.upperBound + text.lowerBound)
      }
    }
  }
}
