/// Pages and sections: bytes under a CRC-32C, plain or as one LZ4 block or zstd frame.
///
/// ```
/// Page        := CRC-32C of the rest (4)   content
/// Packed page := CRC-32C of the rest (4)   decoded length varint   LZ4 block, or plain bytes where
///                they are as many as the decoded length says
/// ```
/// The checksum is compared before anything looks at the content. Whoever points to the page says
/// how long it is, how long its content is once decoded, and by which codec.
enum Page {
  /// How stored bytes become content.
  enum Codec: UInt8, Sendable {
    case plain = 0
    case lz4 = 1
    case zstd = 2
  }

  /// The bytes a page has before its content.
  static let overhead = 4

  /// Appends the checksum of `content` and `content`.
  static func seal(_ content: [UInt8], to writer: inout ByteWriter) {
    writer.uint32(Checksum.crc32c(content))
    writer.append(content)
  }

  /// Appends `content` as a page, by LZ4 where that is shorter; returns the stored length.
  static func sealLZ4(_ content: [UInt8], to writer: inout ByteWriter) -> Int {
    let stored = LZ4.compress(content) ?? content
    seal(stored, to: &writer)
    return stored.count + overhead
  }

  /// Appends a packed page: the decoded length of `content`, and `content` as an LZ4 block where that
  /// is shorter, else plain.
  static func sealPacked(_ content: [UInt8], to writer: inout ByteWriter) {
    var page = ByteWriter(capacity: content.count + 8)
    page.varint(content.count)
    page.append(LZ4.compress(content) ?? content)
    seal(page.bytes, to: &writer)
  }

  /// The content of a packed page, which lies at `offset` of the file.
  static func openPacked(_ bytes: [UInt8], at offset: Int, _ what: String) throws(FormatError)
    -> [UInt8]
  {
    try check(bytes.rawSpan, at: offset, what)
    var cursor = ByteCursor(bytes.rawSpan, base: offset)
    _ = try cursor.take(overhead, "a checksum")
    let count = try cursor.count(upTo: Limits.sectionBytes, "the decoded length of \(what)")
    return try decompressLZ4(
      bytes.rawSpan.extracting(cursor.position..<bytes.count), count: count, at: offset, what)
  }

  /// Compares the checksum of the page `bytes`, which lies at `offset` of the file.
  static func check(_ bytes: RawSpan, at offset: Int, _ what: String) throws(FormatError) {
    guard bytes.byteCount >= overhead else {
      throw FormatError(.truncated, at: offset, "\(what) has no room for its checksum")
    }
    let stored = bytes.littleEndian32(at: 0)
    let found = Checksum.crc32c(bytes.extracting(overhead..<bytes.byteCount))
    guard stored == found else {
      throw FormatError(
        .checksumMismatch, at: offset, "\(what) does not match its checksum")
    }
  }

  /// The content of a page that is stored plain.
  static func open(_ bytes: [UInt8], at offset: Int, _ what: String) throws(FormatError)
    -> [UInt8]
  {
    try check(bytes.rawSpan, at: offset, what)
    return Array(bytes[overhead...])
  }

  /// The content of a page that is an LZ4 block, or plain where it is stored in `count` bytes.
  static func openLZ4(_ bytes: [UInt8], count: Int, at offset: Int, _ what: String)
    throws(FormatError) -> [UInt8]
  {
    try check(bytes.rawSpan, at: offset, what)
    return try decompressLZ4(
      bytes.rawSpan.extracting(overhead..<bytes.count), count: count, at: offset, what)
  }

  /// The `count` bytes that `block` is an LZ4 block of, or holds plain where it has just as many.
  static func decompressLZ4(_ block: RawSpan, count: Int, at offset: Int, _ what: String)
    throws(FormatError) -> [UInt8]
  {
    let stored = block.byteCount
    if stored == count { return block.array(0..<count) }
    let (most, overflow) = stored.multipliedReportingOverflow(by: LZ4.largestRatio)
    guard !overflow, count <= most else {
      throw FormatError(
        .outOfBounds, at: offset,
        "\(what) is said to hold \(count) bytes, more than \(stored) stored ones can")
    }
    guard let content = LZ4.decompress(block, count: count) else {
      throw FormatError(
        .invalid, at: offset, "\(what) is not an LZ4 block of \(count) decoded bytes")
    }
    return content
  }
}
