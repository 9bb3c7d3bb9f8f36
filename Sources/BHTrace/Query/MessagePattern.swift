/// A message with its variable parts cut out, so that messages of one cause are the same.
///
/// Numbers become `<n>`, hexadecimal of 8 digits and more `<hex>`, UUIDs `<uuid>`, quoted text
/// `<text>`, paths `<path>`, and addresses (URLs, IP addresses, mail) `<address>`. Only the first
/// line counts, and of it the first 512 bytes.
struct MessagePattern {
  private let message: ArraySlice<UInt8>
  private var pattern: [UInt8] = []

  private static let longest = 512
  /// Quoted text goes no further than this.
  private static let longestQuote = 256

  /// The pattern of `message`.
  static func of(_ message: some Sequence<UInt8>) -> [UInt8] {
    let line = message.lazy.drop { isSpace($0) }.prefix { $0 != 0x0A && $0 != 0x0D }
    var bytes = Array(line.prefix(longest + 1))
    if bytes.count > longest {
      bytes.removeLast()
      // Not in the middle of a character.
      while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
      if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    var made = MessagePattern(message: bytes[...])
    made.read()
    return made.pattern
  }

  private mutating func read() {
    var place = message.startIndex
    while place < message.endIndex {
      let byte = message[place]
      if Self.quotes.contains(byte), let end = endOfQuote(place) {
        pattern += "<text>".utf8
        place = end
      } else if Self.isBetweenWords(byte) {
        pattern.append(byte)
        place += 1
      } else {
        var end = place
        while end < message.endIndex, !Self.isBetweenWords(message[end]) { end += 1 }
        if Self.isURL(message[place..<end]) {
          while end < message.endIndex, !Self.endsURL(message[end]) { end += 1 }
        }
        word(message[place..<end])
        place = end
      }
    }
  }

  // MARK: Quotes

  private static let quotes = Array("\"'`".utf8)

  /// Behind the quote that ends what the one at `place` begins; nil where that is an apostrophe, or
  /// no end is near.
  private func endOfQuote(_ place: Int) -> Int? {
    let quote = message[place]
    if place > message.startIndex, Self.isAlphanumeric(message[place - 1]) { return nil }
    let limit = min(message.endIndex, place + 1 + Self.longestQuote)
    var end = place + 1
    while end < limit {
      let isLast = end + 1 == message.endIndex || !Self.isAlphanumeric(message[end + 1])
      if message[end] == quote && isLast { return end + 1 }
      end += 1
    }
    return nil
  }

  // MARK: Words

  private mutating func word(_ whole: ArraySlice<UInt8>) {
    var word = whole
    while let last = word.last, Self.isEnd(last) { word.removeLast() }
    if let placeholder = Self.placeholder(word) {
      pattern += placeholder.utf8
    } else {
      parts(word)
    }
    pattern += whole[word.endIndex...]
  }

  /// What a whole word is replaced by; nil where it is none of these.
  private static func placeholder(_ word: ArraySlice<UInt8>) -> String? {
    if isUUID(word) { return "<uuid>" }
    if word.starts(with: "0x".utf8), word.count > 2, word.dropFirst(2).allSatisfy(isHex) {
      return "<hex>"
    }
    if isAddress(word) { return "<address>" }
    if isPath(word) { return "<path>" }
    return nil
  }

  private static func isUUID(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count == 36 else { return false }
    return word.enumerated().allSatisfy { place, byte in
      [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : isHex(byte)
    }
  }

  private static func isURL(_ word: ArraySlice<UInt8>) -> Bool {
    guard let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex else {
      return false
    }
    return word[(colon + 1)...].starts(with: "//".utf8)
  }

  private static func isAddress(_ word: ArraySlice<UInt8>) -> Bool {
    if isURL(word) { return true }
    if let at = word.firstIndex(of: UInt8(ascii: "@")), at > word.startIndex,
      word[at...].contains(UInt8(ascii: "."))
    {
      return true
    }
    let colons = word.count { $0 == UInt8(ascii: ":") }
    if colons >= 2 {
      let groups = word.split(separator: UInt8(ascii: ":"))
      // Fewer colons are between the figures of a time of day.
      return (colons == 7 || groups.count <= colons && word.contains { isHex($0) })
        && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(isHex) }
    }
    let host = word.prefix { $0 != UInt8(ascii: ":") }
    guard word[host.endIndex...].dropFirst().allSatisfy(isDigit) else { return false }
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.count == 4,
      labels.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(isDigit) })
    {
      return true
    }
    // A name of several labels only where a port says that it is one.
    return colons == 1 && labels.count > 1 && labels.allSatisfy { !$0.isEmpty }
  }

  private static func isPath(_ word: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    if word.first == slash { return word.count > 1 }
    if word.starts(with: "./".utf8) || word.starts(with: "../".utf8)
      || word.starts(with: "~/".utf8)
    {
      return true
    }
    let rest = word.dropFirst()
    if rest.starts(with: ":\\".utf8) { return true }
    return word.count { $0 == slash } > 1
  }

  /// Writes a word whose numbers and hexadecimal are replaced.
  private mutating func parts(_ word: ArraySlice<UInt8>) {
    var place = word.startIndex
    while place < word.endIndex {
      let run = word[place...].prefix { Self.isHex($0) }
      let isBounded =
        (place == word.startIndex || !Self.isAlphanumeric(word[place - 1]))
        && (run.endIndex == word.endIndex || !Self.isAlphanumeric(word[run.endIndex]))
      if run.count >= 8, isBounded, run.contains(where: Self.isDigit),
        run.contains(where: { !Self.isDigit($0) })
      {
        pattern += "<hex>".utf8
        place = run.endIndex
      } else if Self.isDigit(word[place]) {
        var end = word[place...].prefix { Self.isDigit($0) }.endIndex
        while end + 1 < word.endIndex, ".,".utf8.contains(word[end]), Self.isDigit(word[end + 1]) {
          end = word[(end + 1)...].prefix { Self.isDigit($0) }.endIndex
        }
        pattern += "<n>".utf8
        place = end
      } else {
        pattern.append(word[place])
        place += 1
      }
    }
  }

  // MARK: Characters

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
  }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80
  }
  /// What stands between words.
  private static func isBetweenWords(_ byte: UInt8) -> Bool {
    isSpace(byte) || "()[]{}<>|=\"'`".utf8.contains(byte)
  }
  /// What a URL does not go on with.
  private static func endsURL(_ byte: UInt8) -> Bool {
    isSpace(byte) || "<>\"'`".utf8.contains(byte)
  }
  /// What a word may have behind it.
  private static func isEnd(_ byte: UInt8) -> Bool { ".,:;!?".utf8.contains(byte) }
}
