/// The last 64 bytes of an archive: where the directory lies, and how much the archive holds.
///
/// ```
/// offset size
///      0    8  offset of the first LOOKUP page
///      8    4  length of the top level, which ends where the footer starts
///     12    4  CRC-32C of the top level
///     16    8  offset of the previous footer, 0 where there is none
///     24    8  traces
///     32    8  spans
///     40    4  incompatible features
///     44    4  read-only features
///     48    4  compatible features
///     52    4  zero
///     56    4  CRC-32C of bytes 0..<56
///     60    4  magic "2THB"
/// ```
struct Footer: Sendable, Equatable {
  static let byteCount = 64
  static let magic: [UInt8] = Array("2THB".utf8)

  var directoryOffset = 0
  var topLevelCount = 0
  var topLevelChecksum: UInt32 = 0
  var previousFooter = 0
  var traces = 0
  var spans = 0
  var features = Features()

  func encode(to writer: inout ByteWriter) {
    var footer = ByteWriter(capacity: Self.byteCount)
    footer.uint64(UInt64(directoryOffset))
    footer.uint32(UInt32(topLevelCount))
    footer.uint32(topLevelChecksum)
    footer.uint64(UInt64(previousFooter))
    footer.uint64(UInt64(traces))
    footer.uint64(UInt64(spans))
    footer.uint32(features.incompatible)
    footer.uint32(features.readOnly)
    footer.uint32(features.compatible)
    footer.uint32(0)
    footer.uint32(Checksum.crc32c(footer.bytes))
    footer.append(Self.magic)
    writer.append(footer.bytes)
  }

  /// Whether `bytes` end as a footer does; says nothing about its checksum.
  static func isAtEnd(of bytes: [UInt8]) -> Bool {
    bytes.count >= byteCount && bytes[(bytes.count - 4)...].elementsEqual(magic)
  }

  /// Decodes the 64 bytes that lie at `offset` of the file, and checks them against it.
  static func decode(_ bytes: [UInt8], at offset: Int) throws(FormatError) -> Footer {
    var cursor = ByteCursor(bytes.rawSpan, base: offset)
    try cursor.require(byteCount, "the footer")
    guard isAtEnd(of: bytes) else {
      throw FormatError(
        .truncated, at: offset + 60,
        "the file does not end with the footer magic 2THB: it is cut short or overwritten")
    }
    guard Checksum.crc32c(bytes, 0..<56) == bytes.rawSpan.littleEndian32(at: 56) else {
      throw FormatError(.checksumMismatch, at: offset, "the footer does not match its checksum")
    }
    var footer = Footer()
    footer.directoryOffset = try bounded(cursor.uint64(), offset, at: offset, "directory offset")
    footer.topLevelCount = Int(try cursor.uint32())
    footer.topLevelChecksum = try cursor.uint32()
    footer.previousFooter = try bounded(
      cursor.uint64(), offset, at: offset + 16, "previous footer's offset")
    footer.traces = try bounded(cursor.uint64(), offset, at: offset + 24, "number of traces")
    footer.spans = try bounded(
      cursor.uint64(), Int.max >> 8, at: offset + 32, "number of spans")
    footer.features = Features(
      incompatible: try cursor.uint32(), readOnly: try cursor.uint32(),
      compatible: try cursor.uint32())
    guard try cursor.uint32() == 0 else {
      throw FormatError(.invalid, at: offset + 52, "reserved bytes of the footer are not zero")
    }
    try footer.features.check(at: offset + 40)
    guard
      footer.directoryOffset >= FileHeader.byteCount,
      footer.topLevelCount <= offset - footer.directoryOffset
    else {
      throw FormatError(
        .outOfBounds, at: offset,
        "the directory is said to lie at \(footer.directoryOffset) with a top level of "
          + "\(footer.topLevelCount) bytes, which the file has no room for")
    }
    return footer
  }

  private static func bounded(
    _ value: UInt64, _ limit: Int, at offset: Int, _ what: String
  ) throws(FormatError) -> Int {
    if value > UInt64(limit) {
      throw FormatError(
        .outOfBounds, at: offset, "the \(what) is \(value), more than \(limit) allows")
    }
    return Int(value)
  }
}
