/// The keys at the start of a JSON text, in their order, whatever they lie in: what formats are
/// told apart by. Takes cut off and damaged text as it comes.
struct JSONKeys: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var at = 0

  /// The keys of `head` where it looks like objects, or arrays of them; else none.
  init(_ head: [UInt8]) {
    bytes = head
    while at < bytes.count, Self.isPadding(bytes[at]) { at += 1 }
    if bytes[at...].starts(with: [0xEF, 0xBB, 0xBF]) { at += 3 }
    while at < bytes.count, Self.isPadding(bytes[at]) || bytes[at] == UInt8(ascii: "[") { at += 1 }
    if at == bytes.count || bytes[at] != UInt8(ascii: "{") { at = bytes.count }
  }

  /// Whether `head` starts like an object, or arrays of them.
  static func looksLikeJSON(_ head: [UInt8]) -> Bool {
    let keys = JSONKeys(head)
    return keys.at < head.count
  }

  /// The next key's text, escapes as they are written.
  mutating func next() -> [UInt8]? {
    while at < bytes.count {
      if bytes[at] != UInt8(ascii: "\"") {
        at += 1
        continue
      }
      let start = at + 1
      at = start
      while at < bytes.count && bytes[at] != UInt8(ascii: "\"") {
        at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
      }
      let end = Swift.min(at, bytes.count)
      at += 1
      var after = at
      while after < bytes.count && Self.isPadding(bytes[after]) { after += 1 }
      if after < bytes.count && bytes[after] == UInt8(ascii: ":") {
        return Array(bytes[start..<end])
      }
    }
    return nil
  }

  private static func isPadding(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0
  }
}
