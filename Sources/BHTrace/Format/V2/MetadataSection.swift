/// What belongs to the archive rather than to a trace: unknown fields of whole export messages.
///
/// ```
/// METADATA := Page, zstd, of   entries varint   (length varint, bytes)*
/// ```
/// Entries are in ascending order of their bytes.
enum MetadataSection {
  static func encode(_ entries: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(entries.count)
    for entry in entries { writer.lengthPrefixed(entry) }
    return writer.bytes
  }

  /// Decodes the content of the section, which lies at `offset` of the file.
  static func decode(_ content: [UInt8], at offset: Int) throws(FormatError) -> [[UInt8]] {
    var cursor = ByteCursor(content.rawSpan, base: offset)
    let count = try cursor.count(upTo: cursor.remaining, "the number of metadata entries")
    var entries: [[UInt8]] = []
    entries.reserveCapacity(count)
    for _ in 0..<count { entries.append(try cursor.lengthPrefixed("a metadata entry")) }
    try cursor.requireEnd("the METADATA section")
    return entries
  }
}
