/// Takes a stream of protobuf messages apart by their framing, whatever the messages are.
///
/// ```swift
/// while let record = try records.next() {
///   … record.content …
///   let errors = try records.end(record, after: nil)
/// }
/// ```
final class ProtobufRecords {
  /// How a message is compressed by itself.
  enum Compression {
    case none, zstd, gzip, unknown

    /// Told from what the header says and the message's first bytes.
    init(_ header: ProtobufRecordHeader, _ start: some Collection<UInt8>) {
      if header.size > 0 && Sniffer.isZstd(start) {
        self = .zstd
      } else if !header.isCompressed {
        self = .none
      } else {
        self = start.starts(with: [0x1F, 0x8B]) ? .gzip : .unknown
      }
    }

    /// The content of `frame`; nil where it is not compressed, or in an unknown way.
    func open(_ frame: any ByteStream) throws -> (any ByteStream)? {
      switch self {
      case .none, .unknown: nil
      case .zstd: try ZstdStream(frame)
      case .gzip: MemberStream(frame, try DeflateDecoder(.gzip))
      }
    }
  }

  /// One message.
  struct Record {
    /// Its bytes, decompressed.
    var content: any PositionedStream
    /// Where it starts in the input, its header included.
    var offset: Int
    /// The length it says it has; of a bare one nobody knows.
    var length: Int?
    /// Whether it is compressed, so that offsets inside it are not offsets of the input.
    var isCompressed = false
    /// The bytes it lies in, where it is framed.
    fileprivate var frame: LimitedStream?

    /// Whether it is read to its end, as its header says it.
    var isAtEnd: Bool {
      guard let frame else { return false }
      return frame.remaining == 0 && !frame.isTorn
    }

    /// The error with its offset in the input.
    func placed(_ error: FormatError) -> FormatError {
      guard isCompressed else { return error }
      let place = error.offset.map { " (byte \($0) of its content)" } ?? ""
      return FormatError(
        error.code, at: offset,
        "in the compressed record that starts here\(place), " + error.what)
    }
  }

  private let stream: BufferedStream
  private let framing: ProtobufFraming
  private var isAtEnd = false

  /// The messages in what is left of `stream`.
  init(_ stream: BufferedStream, _ framing: ProtobufFraming) {
    self.stream = stream
    self.framing = framing
  }

  /// The next message, or nil at the end. Throws where there is none; nothing can be read behind
  /// that.
  func next() throws -> Record? {
    if isAtEnd { return nil }
    let start = stream.offset
    if framing == .bare {
      isAtEnd = true
      return Record(content: stream, offset: start)
    }
    let head = try stream.peek(ProtobufRecordHeader.longest(framing))
    if head.isEmpty { return nil }
    guard let header = ProtobufRecordHeader(framing, head) else {
      isAtEnd = true
      throw error(at: start, head)
    }
    var bytes: [UInt8] = []
    _ = try stream.take(header.size, to: &bytes)
    let frame = LimitedStream(stream, count: header.length)
    let compression = try Compression(header, stream.peek(min(4, header.length)))
    var record = Record(content: frame, offset: start, length: header.length, frame: frame)
    if compression == .unknown {
      isAtEnd = true
      throw FormatError(
        .unsupported, at: start,
        "the record is compressed, but neither by gzip nor by zstd; write it without compression")
    }
    if let content = try compression.open(BufferedStream(frame)) {
      record.content = BufferedStream(content)
      record.isCompressed = true
    }
    return record
  }

  /// Steps over what is left of `record`, which `error` broke off; returns what was wrong with it.
  func end(_ record: Record, after error: FormatError?) throws -> [FormatError] {
    guard let frame = record.frame, let length = record.length else {
      isAtEnd = true
      return error.map { [$0] } ?? []
    }
    do { try frame.skipRest() } catch let failure as FormatError {
      // The stream itself is damaged: nothing can be read behind this.
      isAtEnd = true
      return (error == failure ? [] : error.map { [record.placed($0)] } ?? []) + [failure]
    }
    guard frame.isTorn else { return error.map { [record.placed($0)] } ?? [] }
    var what =
      "the last record says it has \(length) bytes, but the input ends after "
      + "\(length - frame.remaining) of them: \(frame.remaining) are missing"
    if !record.isCompressed, let broken = error?.offset, broken < stream.offset {
      what += ", and the \(stream.offset - broken) before them, of what is cut off, were not read"
    }
    return [FormatError(.truncated, at: record.offset, what)]
  }

  /// What is wrong with a header that starts with `head`.
  private func error(at start: Int, _ head: ArraySlice<UInt8>) -> FormatError {
    let longest = ProtobufRecordHeader.longest(framing)
    let isVarint = framing == .varintDelimited
    if head.count < longest && (!isVarint || head.allSatisfy { $0 >= 0x80 }) {
      let left = head.count == 1 ? "1 byte is" : "\(head.count) bytes are"
      return FormatError(
        .truncated, at: start,
        "\(left) left where a record's \(framing == .grpc ? "header" : "length") needs "
          + (isVarint ? "more" : "\(longest)"))
    }
    if let flag = head.first, framing == .grpc, flag > 1 {
      return FormatError(
        .invalid, at: start, "\(flag) stands where a gRPC record begins with 0 or 1")
    }
    return FormatError(.outOfBounds, at: start, "a record is longer than the 2 GiB that are read")
  }
}
