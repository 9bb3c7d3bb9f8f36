/// One line of a text.
struct TextLine {
  /// Its bytes without the end of the line.
  var bytes: [UInt8]
  /// Where it starts in the input.
  var offset: Int
  /// Its number, from 1.
  var number: Int
  /// Whether it is longer than lines are read: the rest is not in `bytes`.
  var isCut: Bool

  /// The line as text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// A document without fields that stands where the line does.
  var place: Document { Document(fields: [:], offset: offset, line: number) }
}

/// The lines of a stream, one after the other, each no longer than a limit.
struct TextLines {
  private let stream: BufferedStream
  private var chunk: [UInt8] = []
  private var used = 0
  private var base: Int
  private var number = 0

  /// What is beyond this of a line is left out (bytes).
  static let longest = 1 << 24

  /// The lines of what is left of `stream`.
  init(_ stream: BufferedStream) {
    self.stream = stream
    base = stream.offset
  }

  /// The first lines of an input that starts with `head`.
  static func first(of head: Sniffer.Head) -> [[UInt8]] {
    head.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Array(line.last == 0x0D ? line.dropLast() : line)
    }
  }

  /// The next line, or nil at the end.
  mutating func next() throws -> TextLine? {
    guard try hasMore() else { return nil }
    number += 1
    var line = TextLine(bytes: [], offset: base + used, number: number, isCut: false)
    while try hasMore() {
      let end = chunk[used...].firstIndex(of: 0x0A)
      let part = chunk[used..<(end ?? chunk.count)]
      let room = Self.longest - line.bytes.count
      line.bytes.append(contentsOf: part.prefix(room))
      line.isCut = line.isCut || part.count > room
      used = end.map { $0 + 1 } ?? chunk.count
      if end != nil { break }
    }
    if line.bytes.last == 0x0D { line.bytes.removeLast() }
    if number == 1 && line.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { line.bytes.removeFirst(3) }
    return line
  }

  private mutating func hasMore() throws -> Bool {
    if used == chunk.count {
      base += used
      used = 0
      chunk = []
      chunk = try stream.next(upTo: BufferedStream.chunkSize)
    }
    return used < chunk.count
  }
}
