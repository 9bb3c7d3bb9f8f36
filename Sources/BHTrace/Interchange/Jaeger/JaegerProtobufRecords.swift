/// Takes a stream apart into the protobuf messages that lie in it, one at a time.
final class JaegerProtobufRecords {
  /// How messages lie in a stream.
  enum Framing: Equatable {
    /// Each behind its length in four big-endian bytes.
    case bigEndianLength
    /// Each behind its length as a variable-length integer.
    case varintLength
    /// End to end; the next one starts where the field with this tag comes again.
    case endToEnd(startTag: UInt64)
    /// One message, however long: each of its fields is handed out as a message of its own.
    case fields
  }

  /// A message.
  struct Record {
    var bytes: [UInt8]
    /// Where it starts in the input.
    var offset: Int
  }

  private let stream: BufferedStream
  private let framing: Framing
  private let splitter: OTLPMessageSplitter
  // The field that starts the next message.
  private var pending: OTLPMessageSplitter.Piece?

  /// A message longer than this is refused: its spans lie in memory all together.
  static let largest = 1 << 26

  /// The messages of what is left of `stream`.
  init(_ stream: BufferedStream, _ framing: Framing) {
    self.stream = stream
    self.framing = framing
    splitter = OTLPMessageSplitter(stream, pieceSize: 1)
  }

  /// The next message, or nil at the end.
  func next() throws -> Record? {
    switch framing {
    case .bigEndianLength: try framed(by: bigEndianLength)
    case .varintLength: try framed(by: varintLength)
    case .endToEnd(let tag): try untilField(tag)
    case .fields: try splitter.next().map { Record(bytes: $0.bytes, offset: $0.offset) }
    }
  }

  private func untilField(_ tag: UInt64) throws -> Record? {
    guard let first = try pending ?? splitter.next() else { return nil }
    pending = nil
    var record = Record(bytes: first.bytes, offset: first.offset)
    while let field = try splitter.next() {
      // The tag is of a single byte.
      if field.bytes.first.map(UInt64.init) == tag {
        pending = field
        break
      }
      try Self.check(record.bytes.count + field.bytes.count, at: record.offset)
      record.bytes += field.bytes
    }
    return record
  }

  private func framed(by length: () throws -> Int?) throws -> Record? {
    while true {
      let start = stream.offset
      guard let count = try length() else { return nil }
      // Records of no bytes say nothing.
      if count == 0 { continue }
      try Self.check(count, at: start)
      var record = Record(bytes: [], offset: stream.offset)
      let taken = try stream.take(count, to: &record.bytes)
      if taken == count { return record }
      throw FormatError(
        .truncated, at: start,
        "the last record says it has \(count) bytes, but the input ends after \(taken) of them")
    }
  }

  private func bigEndianLength() throws -> Int? {
    let start = stream.offset
    var prefix: [UInt8] = []
    let taken = try stream.take(4, to: &prefix)
    if taken == 0 { return nil }
    guard taken == 4 else {
      throw FormatError(
        .truncated, at: start, "\(taken) bytes are left where a record's length needs 4")
    }
    return prefix.reduce(0) { $0 << 8 | Int($1) }
  }

  private func varintLength() throws -> Int? {
    let start = stream.offset
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = try stream.byte() else {
        if shift == 0 { return nil }
        throw FormatError(.truncated, at: start, "the input ends inside a record's length")
      }
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw FormatError(.invalid, at: start, "a record's length has more than 35 bits")
  }

  private static func check(_ count: Int, at offset: Int) throws(FormatError) {
    if count > largest {
      throw FormatError(
        .outOfBounds, at: offset,
        "a record has \(count) bytes; more than \(largest) are not read as one message")
    }
  }
}
