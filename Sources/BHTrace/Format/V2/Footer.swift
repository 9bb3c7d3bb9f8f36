/// The last 96 bytes of an archive: where the directory lies, and how much the archive holds.
///
/// ```
/// offset size
///      0    8  directory offset: where the first LOOKUP page starts
///      8    4  number of LOOKUP pages
///     12    4  length of a LOOKUP page: all have the same
///     16    4  length of the SUMMARIES page
///     20    4  length of the LOCATIONS page
///     24    4  segments
///     28    4  bits of a LOOKUP key, 1...64
///     32    8  traces
///     40    8  spans
///     48    8  offset of the previous footer, 0 where there is none
///     56    4  incompatible features
///     60    4  read-only features
///     64    4  compatible features
///     68   20  zero
///     88    4  CRC-32C of bytes 0..<88
///     92    4  magic "2THB"
/// ```
/// LOOKUP pages, SUMMARIES and LOCATIONS follow each other from the directory offset; less than 64
/// zeros fill up to the footer, so that the length of the file is a multiple of 64.
struct Footer: Sendable, Equatable {
  static let byteCount = 96
  static let magic: [UInt8] = Array("2THB".utf8)
  /// The length of an archive is a multiple of this, and that of a v1 file seldom is: a reader
  /// knows which end to look at first.
  static let fileAlignment = 64

  var directoryOffset = 0
  var lookupPages = 0
  var lookupPageBytes = 0
  var summariesBytes = 0
  var locationsBytes = 0
  var segments = 0
  var keyBits = 13
  var traces = 0
  var spans = 0
  var previousFooter = 0
  var features = Features()

  /// Where SUMMARIES starts in the file.
  var summariesOffset: Int { directoryOffset + lookupPages * lookupPageBytes }
  /// Where LOCATIONS starts in the file.
  var locationsOffset: Int { summariesOffset + summariesBytes }
  /// Where the zeros before the footer start.
  var directoryEnd: Int { locationsOffset + locationsBytes }

  /// How many zeros come between a directory that ends at `end` and the footer.
  static func padding(after end: Int) -> Int {
    (fileAlignment - (end + byteCount) % fileAlignment) % fileAlignment
  }

  func encode(to writer: inout ByteWriter) {
    var footer = ByteWriter(capacity: Self.byteCount)
    footer.uint64(UInt64(directoryOffset))
    footer.uint32(UInt32(lookupPages))
    footer.uint32(UInt32(lookupPageBytes))
    footer.uint32(UInt32(summariesBytes))
    footer.uint32(UInt32(locationsBytes))
    footer.uint32(UInt32(segments))
    footer.uint32(UInt32(keyBits))
    footer.uint64(UInt64(traces))
    footer.uint64(UInt64(spans))
    footer.uint64(UInt64(previousFooter))
    footer.uint32(features.incompatible)
    footer.uint32(features.readOnly)
    footer.uint32(features.compatible)
    footer.append([UInt8](repeating: 0, count: 20))
    footer.uint32(Checksum.crc32c(footer.bytes))
    footer.append(Self.magic)
    writer.append(footer.bytes)
  }

  /// Whether `bytes` end as a footer does; says nothing about its checksum.
  static func isAtEnd(of bytes: [UInt8]) -> Bool {
    bytes.count >= magic.count && bytes.suffix(magic.count).elementsEqual(magic)
  }

  /// Decodes the 96 bytes that lie at `offset` of the file, and checks them against it.
  static func decode(_ bytes: [UInt8], at offset: Int) throws(FormatError) -> Footer {
    var cursor = ByteCursor(bytes.rawSpan, base: offset)
    try cursor.require(byteCount, "the footer")
    guard isAtEnd(of: bytes) else {
      throw FormatError(
        .truncated, at: offset + 92,
        "the file does not end with the footer magic 2THB: it is cut short or overwritten")
    }
    guard Checksum.crc32c(bytes, 0..<88) == bytes.rawSpan.littleEndian32(at: 88) else {
      throw FormatError(.checksumMismatch, at: offset, "the footer does not match its checksum")
    }
    var footer = Footer()
    footer.directoryOffset = try bounded(cursor.uint64(), offset, at: offset, "directory offset")
    footer.lookupPages = Int(try cursor.uint32())
    footer.lookupPageBytes = Int(try cursor.uint32())
    footer.summariesBytes = Int(try cursor.uint32())
    footer.locationsBytes = Int(try cursor.uint32())
    footer.segments = Int(try cursor.uint32())
    footer.keyBits = Int(try cursor.uint32())
    footer.traces = try bounded(cursor.uint64(), Int.max >> 16, at: offset + 32, "number of traces")
    footer.spans = try bounded(cursor.uint64(), Int.max >> 16, at: offset + 40, "number of spans")
    footer.previousFooter = try bounded(
      cursor.uint64(), offset, at: offset + 48, "previous footer's offset")
    footer.features = Features(
      incompatible: try cursor.uint32(), readOnly: try cursor.uint32(),
      compatible: try cursor.uint32())
    guard try cursor.array(20, "the reserved bytes").allSatisfy({ $0 == 0 }) else {
      throw FormatError(.invalid, at: offset + 68, "reserved bytes of the footer are not zero")
    }
    try footer.features.check(at: offset + 56)
    try footer.check(at: offset)
    return footer
  }

  private func check(at offset: Int) throws(FormatError) {
    guard (1...64).contains(keyBits) else {
      throw FormatError(
        .invalid, at: offset + 28, "LOOKUP keys are said to have \(keyBits) bits, not 1 to 64")
    }
    // No product or sum here overflows: all factors have 32 bits, and offsets lie in the file.
    guard directoryOffset >= FileHeader.byteCount,
      directoryEnd <= offset, offset - directoryEnd < Self.fileAlignment
    else {
      throw FormatError(
        .outOfBounds, at: offset,
        "the directory is said to take \(directoryOffset)..<\(directoryEnd), which does not end "
          + "at the footer")
    }
    guard previousFooter == 0 || previousFooter <= directoryOffset - Self.byteCount else {
      throw FormatError(
        .outOfBounds, at: offset + 48,
        "the previous footer is said to lie at \(previousFooter), behind the directory's start")
    }
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
