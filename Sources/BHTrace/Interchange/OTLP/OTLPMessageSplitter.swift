/// Cuts a stream of top-level fields into pieces that fit in memory: each piece is made of whole
/// fields, so it is a message of its own.
///
/// This is how a bare message larger than memory is read. Damage is thrown after all whole fields
/// before it were handed out; then the splitter is at its end.
final class OTLPMessageSplitter {
  /// Some whole fields, and the offset of the first.
  struct Piece: Sendable {
    var bytes: [UInt8]
    var offset: Int
  }

  private let stream: any PositionedStream
  private let pieceSize: Int
  private let room: Int
  private var failure: FormatError?
  private var isAtEnd = false

  /// A piece is handed out when it has this many bytes.
  static let usualPieceSize = 1 << 20
  /// A single field larger than this is refused, so that a piece stays below `arenaLimit`.
  static let largestField = SpanBatch.arenaLimit - usualPieceSize - 64

  /// Cuts up what is left of `stream`, after `pieceSize` bytes or a little more. A piece is given
  /// room for `room` bytes before there are any.
  init(_ stream: any PositionedStream, pieceSize: Int = usualPieceSize, room: Int = 0) {
    self.stream = stream
    self.pieceSize = pieceSize
    self.room = min(room, pieceSize + pieceSize / 16)
  }

  /// The next piece, or nil at the end.
  func next() throws -> Piece? {
    var piece = Piece(bytes: [], offset: stream.offset)
    var wholeFields = 0
    if !isAtEnd && failure == nil {
      piece.bytes.reserveCapacity(room)
      do {
        while piece.bytes.count < pieceSize {
          guard try appendField(to: &piece.bytes) else {
            isAtEnd = true
            break
          }
          wholeFields = piece.bytes.count
        }
      } catch let error as FormatError { failure = error }
    }
    if wholeFields > 0 {
      piece.bytes.removeLast(piece.bytes.count - wholeFields)
      return piece
    }
    if let failure, !isAtEnd {
      isAtEnd = true
      throw failure
    }
    return nil
  }

  /// Appends one field, a group with all its fields; false at the end of the stream.
  private func appendField(to bytes: inout [UInt8]) throws -> Bool {
    var open: [UInt64] = []
    repeat {
      let start = stream.offset
      guard let first = try stream.byte() else {
        if open.isEmpty { return false }
        throw torn(start, "a group")
      }
      let tag = try appendVarint(from: first, to: &bytes)
      try WindowCursor.check(tag, at: start)
      switch tag & 7 {
      case 0: _ = try appendVarint(from: nil, to: &bytes)
      case 1: try append(8, to: &bytes)
      case 2:
        let length = try appendVarint(from: nil, to: &bytes)
        guard length <= UInt64(Self.largestField - min(Self.largestField, bytes.count)) else {
          throw FormatError(
            .outOfBounds, at: start,
            "a field of \(length) bytes is more than 2 GiB of message allow")
        }
        if bytes.count + Int(length) > bytes.capacity {
          // Once instead of in doublings; not what only a hostile length asks for.
          bytes.reserveCapacity(bytes.count + min(Int(length), Self.usualPieceSize))
        }
        try append(Int(length), to: &bytes)
      case 3:
        guard open.count < WindowCursor.deepestGroup else {
          throw FormatError(.outOfBounds, at: start, "groups nest too deep")
        }
        open.append(tag >> 3)
      case 4 where open.last == tag >> 3: open.removeLast()
      case 5: try append(4, to: &bytes)
      default:
        throw FormatError(.invalid, at: start, "a group ends that did not start")
      }
    } while !open.isEmpty
    return true
  }

  private func appendVarint(from first: UInt8?, to bytes: inout [UInt8]) throws -> UInt64 {
    let start = stream.offset
    var value: UInt64 = 0
    var next = first
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      if next == nil { next = try stream.byte() }
      guard let byte = next else { throw torn(start, "a variable-length integer") }
      next = nil
      bytes.append(byte)
      if shift == 63 && byte > 1 { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw FormatError(
      .invalid, at: start, "a variable-length integer does not fit in 64 bits")
  }

  private func append(_ count: Int, to bytes: inout [UInt8]) throws {
    let start = stream.offset
    let taken = try stream.take(count, to: &bytes)
    if taken < count {
      throw FormatError(
        .truncated, at: start,
        "a field of \(count) bytes is cut off: the input ends after \(taken) of them, which are not "
          + "read, and \(count - taken) are missing")
    }
  }

  private func torn(_ offset: Int, _ what: String) -> FormatError {
    FormatError(.truncated, at: offset, "the input ends inside \(what)")
  }
}
