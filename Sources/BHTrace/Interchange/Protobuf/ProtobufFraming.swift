/// How protobuf messages lie in an input.
package enum ProtobufFraming: Sendable, Equatable, CaseIterable {
  /// One message, or several end to end (which parse as one).
  case bare
  /// Each behind its length in four big-endian bytes; may be one zstd frame each.
  case lengthPrefixed
  /// Each behind a byte that says whether it is compressed and its length in four big-endian bytes.
  case grpc
  /// Each behind its length as a variable-length integer, as protobuf's own libraries write them.
  /// (Comes last when a framing is told: zeros, of which headers are full, are empty messages.)
  case varintDelimited

  /// What stands before each message, in words; nil where nothing does.
  package var words: String? {
    switch self {
    case .bare: nil
    case .lengthPrefixed: "a 4-byte length before each message"
    case .varintDelimited: "a variable-length length before each message"
    case .grpc: "a gRPC header before each message"
    }
  }

  /// Appends what stands before a message of `count` bytes.
  func appendHeader(_ count: Int, to out: inout [UInt8]) {
    switch self {
    case .bare: break
    case .lengthPrefixed: OTLPProtobufWriter.appendLength(count, to: &out)
    case .varintDelimited: out.appendVarint(UInt64(count))
    case .grpc:
      out.append(0)
      OTLPProtobufWriter.appendLength(count, to: &out)
    }
  }
}

extension ProtobufFraming {
  /// The start of a message in the head of an input.
  struct Start {
    /// Its first bytes, decompressed where it is compressed.
    var bytes: [UInt8]
    /// Whether these are all there are: of the message, or of a message that the input cuts off.
    var isWhole: Bool
    /// Whether all of the message is there.
    var isComplete: Bool
    /// Whether it is compressed and does not decompress: its reader has to say so.
    var isUnreadable = false
  }

  /// The framing in which messages lie in an input that begins with `head`, and the start of the
  /// first that has any bytes; nil where there is no message that `isMessage` knows.
  ///
  /// A bare message comes first: a framed one that looks like it would have to be of 160 MiB or
  /// more and go on as the fields of a bare one do. Where lengths are short, the second message has
  /// to be one as well, if all of it is in the head.
  static func recognise(
    _ head: Sniffer.Head, isMessage: (Start) -> Bool
  ) -> (framing: ProtobufFraming, first: Start)? {
    for framing in allCases {
      var rest = head.bytes[...]
      var found: [Start] = []
      while let (start, end) = framing.record(rest, isWhole: head.isWhole) {
        // Records of no bytes, empty messages, may come first.
        if !start.bytes.isEmpty || start.isUnreadable {
          if start.isUnreadable || isMessage(start) {
            found.append(start)
          } else if start.isComplete && framing == .varintDelimited {
            found = []
            break
          }
          if found.count != 1 || framing != .varintDelimited { break }
        }
        if end == rest.endIndex { break }
        rest = rest[end...]
      }
      if let first = found.first { return (framing, first) }
    }
    return nil
  }

  /// The start of the record at the start of `rest`, and where the record ends in it; nil where none
  /// can be.
  private func record(_ rest: ArraySlice<UInt8>, isWhole: Bool) -> (Start, end: Int)? {
    guard let header = ProtobufRecordHeader(self, rest) else { return nil }
    let body = rest.dropFirst(header.size).prefix(header.length)
    if body.isEmpty && header.length > 0 { return nil }
    let isComplete = self != .bare && body.count == header.length
    var start = Start(bytes: [], isWhole: isWhole || isComplete, isComplete: isComplete)
    let compression = ProtobufRecords.Compression(header, body)
    if compression == .unknown { return nil }
    if compression == .none {
      start.bytes = Array(body)
    } else {
      let content = try? compression.open(MemoryByteStream(Array(body)))
      let head = content.flatMap { try? BufferedStream($0).peek(1 << 14) }
      start.bytes = head.map { Array($0) } ?? []
      start.isWhole = false
      start.isUnreadable = start.bytes.isEmpty
    }
    return (start, body.endIndex)
  }
}

/// What stands before a message.
struct ProtobufRecordHeader {
  /// The bytes of the header, and of the message.
  var size: Int
  var length: Int
  /// Whether the header says that the message is compressed.
  var isCompressed = false

  /// Reads the header at the start of `bytes`; nil where it is none, or is not there as a whole.
  init?(_ framing: ProtobufFraming, _ bytes: ArraySlice<UInt8>) {
    switch framing {
    case .bare:
      if bytes.isEmpty { return nil }
      (size, length) = (0, bytes.count)
    case .lengthPrefixed, .grpc:
      size = framing == .grpc ? 5 : 4
      guard bytes.count >= size else { return nil }
      length = bytes.dropFirst(size - 4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
      if framing == .grpc {
        guard let flag = bytes.first, flag <= 1 else { return nil }
        isCompressed = flag == 1
      }
    case .varintDelimited:
      (size, length) = (0, 0)
      repeat {
        guard size < 5, size < bytes.count else { return nil }
        length |= Int(bytes[bytes.startIndex + size] & 0x7F) << (7 * size)
        size += 1
      } while bytes[bytes.startIndex + size - 1] >= 0x80
    }
    if framing != .bare && length >= SpanBatch.arenaLimit { return nil }
  }

  /// The most bytes a header of `framing` has.
  static func longest(_ framing: ProtobufFraming) -> Int {
    switch framing {
    case .bare: 0
    case .lengthPrefixed: 4
    case .varintDelimited, .grpc: 5
    }
  }
}
