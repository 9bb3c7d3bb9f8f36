/// Reads MessagePack from a stream, a token at a time.
///
/// Of its own, since what is needed of the format is this table, and a library would have to be asked
/// for the same checks: a length takes memory only as its bytes come, and what a document may hold is
/// decided by whoever puts the tokens together.
struct MessagePack {
  /// A value, or the start of one that holds others.
  enum Token: Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    /// An integer beyond `Int64`.
    case uint(UInt64)
    case double(Double)
    /// Text: UTF-8 as a rule, which is not checked here.
    case text([UInt8])
    case bytes([UInt8])
    /// A type of the application's own, and its bytes.
    case other(type: Int8, [UInt8])
    /// So many values follow.
    case array(Int)
    /// So many keys and values follow.
    case map(Int)
  }

  private let stream: BufferedStream
  /// Texts and bytes longer than this are refused.
  let longest: Int

  /// What is left of `stream`.
  init(_ stream: BufferedStream, longest: Int = 1 << 26) {
    self.stream = stream
    self.longest = longest
  }

  /// Where the next token starts in the input.
  var offset: Int { stream.offset }

  /// The next token, or nil at the end of the stream.
  ///
  /// | first byte | token |
  /// |---|---|
  /// | 00–7f, e0–ff | integer, the byte itself |
  /// | 80–8f, de, df | map |
  /// | 90–9f, dc, dd | array |
  /// | a0–bf, d9–db | text |
  /// | c0, c2, c3 | null, false, true |
  /// | c4–c6 | bytes |
  /// | c7–c9, d4–d8 | a type of the application's own |
  /// | ca, cb | float, double |
  /// | cc–cf, d0–d3 | integer without and with a sign |
  func next() throws -> Token? {
    let start = stream.offset
    guard let first = try stream.byte() else { return nil }
    switch first {
    case 0x00...0x7F: return .int(Int64(first))
    case 0xE0...0xFF: return .int(Int64(Int8(bitPattern: first)))
    case 0x80...0x8F: return .map(Int(first & 0x0F))
    case 0x90...0x9F: return .array(Int(first & 0x0F))
    case 0xA0...0xBF: return .text(try take(UInt64(first & 0x1F)))
    case 0xC0: return .null
    case 0xC2, 0xC3: return .bool(first == 0xC3)
    case 0xC4...0xC6: return .bytes(try take(integer(1 << (first - 0xC4))))
    case 0xC7...0xC9:
      let count = try integer(1 << (first - 0xC7))
      return .other(type: Int8(bitPattern: UInt8(try integer(1))), try take(count))
    case 0xCA: return .double(Double(Float(bitPattern: UInt32(try integer(4)))))
    case 0xCB: return .double(Double(bitPattern: try integer(8)))
    case 0xCC...0xCF:
      let value = try integer(1 << (first - 0xCC))
      return Int64(exactly: value).map { .int($0) } ?? .uint(value)
    case 0xD0...0xD3:
      let unused = UInt64(64 - 8 << (first - 0xD0))
      let value = Int64(bitPattern: try integer(1 << (first - 0xD0)) << unused)
      return .int(value >> Int64(unused))
    case 0xD4...0xD8:
      return .other(
        type: Int8(bitPattern: UInt8(try integer(1))), try take(1 << UInt64(first - 0xD4)))
    case 0xD9...0xDB: return .text(try take(integer(1 << (first - 0xD9))))
    case 0xDC, 0xDD: return .array(Int(try integer(first == 0xDC ? 2 : 4)))
    case 0xDE, 0xDF: return .map(Int(try integer(first == 0xDE ? 2 : 4)))
    default:
      throw FormatError(.invalid, at: start, "byte c1 starts no value of MessagePack")
    }
  }

  /// The next token of a value that has begun. Throws at the end of the stream.
  func nextInside() throws -> Token {
    guard let token = try next() else { throw torn() }
    return token
  }

  /// The integer in the next 1, 2, 4 or 8 bytes, the highest first.
  private func integer(_ count: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for _ in 0..<count {
      guard let byte = try stream.byte() else { throw torn() }
      value = value << 8 | UInt64(byte)
    }
    return value
  }

  private func take(_ count: UInt64) throws -> [UInt8] {
    let start = stream.offset
    guard count <= UInt64(longest) else {
      throw FormatError(
        .outOfBounds, at: start, "a text of \(count) bytes; more than \(longest) are not read")
    }
    var bytes: [UInt8] = []
    if try stream.take(Int(count), to: &bytes) < Int(count) { throw torn() }
    return bytes
  }

  private func torn() -> FormatError {
    FormatError(.truncated, at: stream.offset, "the input ends inside a value of MessagePack")
  }
}
