/// The fields of a document, each of which is taken once: what is left at the end has no place of
/// its own, and is kept as attributes.
struct FieldsLeft {
  private let fields: AttributeList
  private var isTaken: [Bool]

  /// All of `fields`.
  init(_ fields: AttributeList) {
    self.fields = fields
    isTaken = [Bool](repeating: false, count: fields.count)
  }

  /// What was not taken, in its order, but for nulls, which say nothing.
  var rest: AttributeList {
    AttributeList(
      zip(fields, isTaken).filter { !$0.1 && $0.0.value != .null }.map { ($0.0.key, $0.0.value) })
  }

  /// The last field of this key that was not taken, which stays.
  func value(of key: String) -> AttributeValue? { index(of: key).map { fields[$0].value } }

  /// Whether there is a field of this key that was not taken.
  func has(_ key: String) -> Bool { index(of: key) != nil }

  /// Takes the last field of this key where `read` makes something of its value; else it stays.
  mutating func take<Value>(
    _ key: String, _ read: (AttributeValue) -> Value?
  ) -> Value? {
    guard let index = index(of: key), let value = read(fields[index].value) else { return nil }
    isTaken[index] = true
    return value
  }

  /// Takes a text.
  mutating func text(_ key: String) -> String? { take(key) { $0.text } }

  /// Takes an object.
  mutating func object(_ key: String) -> AttributeList? { take(key) { $0.object } }

  /// Takes the members of the objects of this key, whether they stand in the object or by
  /// themselves, after the key and a point.
  mutating func members(of key: String) -> AttributeList {
    var members = AttributeList()
    let prefix = Array((key + ".").utf8)
    for index in fields.indices where !isTaken[index] {
      let name = fields[index].key.utf8
      if case .object(let list) = fields[index].value, name.elementsEqual(key.utf8) {
        members.append(contentsOf: list)
        isTaken[index] = true
      } else if name.starts(with: prefix) {
        members.append(
          String(decoding: name.dropFirst(prefix.count), as: UTF8.self), fields[index].value)
        isTaken[index] = true
      }
    }
    return members
  }

  /// Takes an array.
  mutating func array(_ key: String) -> [AttributeValue]? { take(key) { $0.array } }

  /// Takes the text of an id of `width` bytes.
  mutating func id(_ key: String, width: Int) -> [UInt8] {
    DocumentID.bytes(text(key), width: width)
  }

  /// Takes a time, a number in `unit` or a calendar's.
  mutating func time(_ key: String, _ unit: DocumentTime.Unit) -> UInt64? {
    take(key) { DocumentTime.nanoseconds($0, unit) }
  }

  /// Takes a count, cut to 32 bits.
  mutating func count(_ key: String) -> UInt32 {
    take(key) { value in value.integer.flatMap { $0 < 0 ? nil : UInt32(clamping: $0) } } ?? 0
  }

  /// Takes a field that says what `known` says already.
  mutating func drop(_ key: String, ifEqualTo known: AttributeValue) {
    _ = take(key) { $0 == known ? true : nil }
  }

  /// Takes the time there where it is `known` to the millisecond.
  mutating func drop(_ key: String, ifTime known: UInt64) {
    _ = take(key) { value -> Bool? in
      guard let time = DocumentTime.nanoseconds(value, .nanoseconds) else { return nil }
      let isSame = time == known || time % 1_000_000 == 0 && time / 1_000_000 == known / 1_000_000
      return isSame ? true : nil
    }
  }

  private func index(of key: String) -> Int? {
    fields.indices.last { !isTaken[$0] && fields[$0].key.utf8.elementsEqual(key.utf8) }
  }
}

extension AttributeList {
  /// The leaves of nested objects, each under the keys that lead to it, joined by points. Arrays are
  /// leaves, and so are objects that lie deeper, or under longer keys, than documents have them;
  /// nulls, which say nothing, are left out.
  func flattened(under start: String = "") -> AttributeList {
    var leaves = AttributeList()
    var open: [(list: AttributeList, next: Int, path: String)] = [(self, 0, start)]
    while let (list, next, path) = open.last {
      guard next < list.count else {
        open.removeLast()
        continue
      }
      open[open.count - 1].next += 1
      let (name, value) = list[next]
      let key = path.isEmpty ? name : path + "." + name
      if case .object(let inner) = value, !inner.isEmpty, open.count < Self.deepestPath,
        key.utf8.count <= Self.longestPath
      {
        open.append((inner, 0, key))
      } else if value != .null {
        leaves.append(key, value)
      }
    }
    return leaves
  }

  // Bounds on how much longer keys can become than they are written.
  private static var deepestPath: Int { 16 }
  private static var longestPath: Int { 256 }
}

extension DocumentID {
  /// The id of `width` bytes that `text` writes in padded base64, as older writers of protobuf
  /// messages did; nil where it writes none.
  static func bytes(base64 text: String, width: Int) -> [UInt8]? {
    let letters = Array(text.utf8)
    guard letters.last == UInt8(ascii: "=") else { return nil }
    var id: [UInt8] = []
    let isBase64 = Base64.append(letters.rawSpan, 0..<letters.count, to: &id)
    return isBase64 && id.count == width ? id : nil
  }
}
