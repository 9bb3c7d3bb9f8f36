/// The first 64 bytes of an archive.
///
/// ```
/// offset size
///      0    4  magic "BHT2"
///      4    2  major version, 2
///      6    2  minor version, 1
///      8    4  incompatible features
///     12    4  read-only features
///     16    4  compatible features
///     20   40  zero
///     60    4  CRC-32C of bytes 0..<60
/// ```
struct FileHeader: Sendable, Equatable {
  static let byteCount = 64
  static let magic: [UInt8] = Array("BHT2".utf8)

  var features = Features()

  func encode(to writer: inout ByteWriter) {
    var header = ByteWriter(capacity: Self.byteCount)
    header.append(Self.magic)
    header.uint16(2)
    header.uint16(1)
    header.uint32(features.incompatible)
    header.uint32(features.readOnly)
    header.uint32(features.compatible)
    header.append([UInt8](repeating: 0, count: 40))
    header.uint32(Checksum.crc32c(header.bytes))
    writer.append(header.bytes)
  }

  /// Decodes `bytes`, which are the file's first 64. Throws `notRecognized`, `checksumMismatch`,
  /// `unsupported` or `truncated`.
  static func decode(_ bytes: [UInt8]) throws(FormatError) -> FileHeader {
    var cursor = ByteCursor(bytes.rawSpan)
    try cursor.require(byteCount, "the file header")
    let found = try cursor.array(4, "the magic")
    guard found == magic else {
      throw FormatError(.notRecognized, at: 0, "the file does not start with the magic BHT2")
    }
    let major = try cursor.uint16()
    let minor = try cursor.uint16()
    let features = Features(
      incompatible: try cursor.uint32(), readOnly: try cursor.uint32(),
      compatible: try cursor.uint32())
    let reserved = try cursor.array(40, "the reserved bytes")
    let stored = try cursor.uint32()
    guard Checksum.crc32c(bytes, 0..<60) == stored else {
      throw FormatError(.checksumMismatch, at: 0, "the file header does not match its checksum")
    }
    guard major == 2 else {
      throw FormatError(
        .unsupported, at: 4, "the archive has format version \(major), this reader knows 2")
    }
    guard minor > 0 else {
      throw FormatError(
        .unsupported, at: 6,
        "the archive has format version 2.0, a draft that no reader reads any more; convert its "
          + "source again")
    }
    guard reserved.allSatisfy({ $0 == 0 }) else {
      throw FormatError(.invalid, at: 20, "reserved bytes of the file header are not zero")
    }
    try features.check(at: 8)
    return FileHeader(features: features)
  }
}
