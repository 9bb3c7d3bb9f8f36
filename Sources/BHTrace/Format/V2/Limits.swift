/// The caps of the specification: what a reader takes at once, checked before memory is taken.
///
/// They do not bound what can be stored: longer values lie in the chunk's HEAVY stream, which is
/// cut into as many blocks as it takes. FORMAT.md, section *Caps*.
enum Limits {
  /// The decoded size of one payload block (bytes).
  static let blockBytes = 1 << 20
  /// The decoded size of a dictionary (bytes).
  static let dictionaryBytes = 1 << 20
  /// The decoded size of the TABLES section of one segment (bytes).
  static let tableBytes = 64 << 20
  /// The decoded size of METADATA and of one NAMES section (bytes).
  static let sectionBytes = 256 << 20
  /// Entries of one page of hashes.
  static let hashedEntries = 1 << 16
  /// Spans of one chunk: what the position of a span in its chunk has to fit in.
  static let chunkSpans = 1 << 30
  /// Values up to this long (bytes) may be constants or entries of a value table.
  static let tableValueBytes = 256
  /// Text up to this long (bytes) may have a template.
  static let templateBytes = 2048
  /// What a HEAVY block aims at before zstd (bytes).
  static let heavyBlockTarget = 256 << 10
}
