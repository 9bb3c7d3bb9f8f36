/// What the parts of a segment are called.
enum SectionType: UInt8, Sendable, CaseIterable {
  /// Payload blocks, by group of services, HEAVY blocks among them.
  case blocks = 1
  /// Pages of span ids, by group of services.
  case spanIDs = 2
  /// The zstd dictionary of the payload blocks.
  case dictionary = 3
  /// Attribute keys, shapes, constants, values, resources, scopes.
  case tables = 4
  /// Unknown fields of whole export messages.
  case metadata = 5
  /// Pages of trace ids, one a chunk.
  case traceIDs = 6
  /// Pages of structure, one a chunk.
  case index = 7
  /// Services and operations, and how times are written.
  case names = 8
  /// Bounds of each chunk: what a question passes over without reading INDEX.
  case zones = 9
  /// In which chunks recurring values occur.
  case postings = 10
  /// In which chunks values that do not recur occur, by hash.
  case values = 11
  /// Sums and histograms of durations.
  case rollup = 12
  /// In which chunks spans of large traces lie, by hash of their ids.
  case spanLookup = 13
  /// What was changed in the archive after it was written, and why.
  case audit = 14

  /// The section's name as FORMAT.md has it.
  var name: String {
    switch self {
    case .blocks: "BLOCKS"
    case .spanIDs: "SPAN_IDS"
    case .dictionary: "DICTIONARY"
    case .tables: "TABLES"
    case .metadata: "METADATA"
    case .traceIDs: "TRACE_IDS"
    case .index: "INDEX"
    case .names: "NAMES"
    case .zones: "ZONES"
    case .postings: "POSTINGS"
    case .values: "VALUES"
    case .rollup: "ROLLUP"
    case .spanLookup: "SPAN_LOOKUP"
    case .audit: "AUDIT"
    }
  }

  /// The order in which a writer puts them: what every look-up needs lies at the segment's end.
  static let fileOrder: [SectionType] = [
    .blocks, .spanIDs, .traceIDs, .values, .postings, .spanLookup, .rollup, .metadata, .audit,
    .dictionary, .tables, .index, .zones, .names,
  ]
}

/// Where a section lies and how it is stored.
struct Section: Sendable, Equatable {
  var type: SectionType
  var codec: Page.Codec
  /// Offset from the start of the segment.
  var offset: Int
  /// Stored length, page checksums included.
  var stored: Int
  /// Decoded length of a section that is one page of LZ4 or zstd; the number of pages of one of
  /// hashed pages; else 0.
  var raw: Int
}

/// The first bytes of a segment: from them, and from nothing behind it, its head is found.
///
/// ```
/// SegmentHeader := "BSEG" (4)   head length (4)   segment length (8)   CRC-32C of these 16 (4)
/// ```
/// The segment length counts from "BSEG" to the end of the segment, where HEAD ends.
struct SegmentHeader: Sendable, Equatable {
  static let magic: [UInt8] = Array("BSEG".utf8)
  static let byteCount = 20

  var headBytes: Int
  var length: Int

  func encode(to writer: inout ByteWriter) {
    var header = ByteWriter(capacity: Self.byteCount)
    header.append(Self.magic)
    header.uint32(UInt32(headBytes))
    header.uint64(UInt64(length))
    header.uint32(Checksum.crc32c(header.bytes))
    writer.append(header.bytes)
  }

  /// Decodes `bytes`, the first of a segment at `offset` of the file, which has room for `room`.
  static func decode(
    _ bytes: [UInt8], at offset: Int, room: Int
  ) throws(FormatError) -> SegmentHeader {
    var cursor = ByteCursor(bytes.rawSpan, base: offset)
    try cursor.require(byteCount, "a segment's header")
    guard try cursor.array(4, "a segment's magic") == magic else {
      throw FormatError(.invalid, at: offset, "a segment does not start with the magic BSEG")
    }
    guard Checksum.crc32c(bytes, 0..<16) == bytes.rawSpan.littleEndian32(at: 16) else {
      throw FormatError(
        .checksumMismatch, at: offset, "a segment's header does not match its checksum")
    }
    let head = Int(try cursor.uint32())
    let length = try cursor.uint64()
    guard length <= UInt64(room), head <= Int(length) - byteCount else {
      throw FormatError(
        .outOfBounds, at: offset,
        "a segment is said to have \(length) bytes and a head of \(head), the file has \(room)")
    }
    return SegmentHeader(headBytes: head, length: Int(length))
  }
}

/// What a segment holds and where: its last part.
///
/// ```
/// HEAD := Page, plain, of
///         spans varint   traces varint
///         sections varint   (type (1)   codec (1)   stored varint   raw varint)*
///         ChunkTable
///         GroupTable
///         kinds varint   (⌈groups / 8⌉ bytes: bit n, the traces have spans of group n)*
///         indexed varint   (word varint, distance to the previous one   entries varint)*
/// ```
/// Sections follow each other in this order, without gaps, from the end of the segment's header to
/// HEAD. A section type the reader does not know is stepped over. `traces` counts those that begin
/// in the segment. `indexed` are the words (keys and kinds, `SlotWord`) whose values VALUES has
/// complete, and how many pairs of a value and a chunk these are.
struct SegmentHead: Sendable, Equatable {
  /// There are no more kinds of traces: a look-up entry says 0 for the others.
  static let kindLimit = 255

  var spans = 0
  var traces = 0
  var sections: [Section] = []
  var chunks: [Chunk] = []
  var groups = GroupTable()
  /// For each kind of trace the groups its traces have spans of, ascending.
  var kinds: [[Int]] = []
  /// The words whose values VALUES holds, ascending.
  var indexedWords: [IndexedWord] = []

  /// A word all of whose values VALUES holds.
  struct IndexedWord: Sendable, Equatable {
    var word: SlotWord
    /// Pairs of one of its values and a chunk that has it.
    var entries: Int
  }

  /// The section of `type`, or nil where the segment has none.
  func section(_ type: SectionType) -> Section? { sections.first { $0.type == type } }

  /// Appends the page, its checksum included.
  func encode(to output: inout ByteWriter) {
    var writer = ByteWriter()
    writer.varint(spans)
    writer.varint(traces)
    writer.varint(sections.count)
    for section in sections {
      writer.byte(section.type.rawValue)
      writer.byte(section.codec.rawValue)
      writer.varint(section.stored)
      writer.varint(section.raw)
    }
    ChunkTable.encode(chunks, to: &writer)
    groups.encode(idsAreRegular: section(.spanIDs)?.codec != .lz4, to: &writer)
    writer.varint(kinds.count)
    for kind in kinds {
      var bits = [UInt8](repeating: 0, count: (groups.count + 7) / 8)
      for group in kind { bits[group / 8] |= 1 << UInt8(group % 8) }
      writer.append(bits)
    }
    writer.varint(indexedWords.count)
    var previous: UInt32 = 0
    for indexed in indexedWords {
      writer.varint(UInt64(indexed.word.rawValue - previous))
      writer.varint(indexed.entries)
      previous = indexed.word.rawValue
    }
    Page.seal(writer.bytes, to: &output)
  }

  /// Decodes the page `bytes`, which lies at `offset` of the file, of a segment of `length` bytes.
  static func decode(
    _ bytes: [UInt8], at offset: Int, segmentLength length: Int
  ) throws(FormatError) -> SegmentHead {
    try Page.check(bytes.rawSpan, at: offset, "a segment's HEAD")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    var head = SegmentHead()
    head.spans = try cursor.count(upTo: Int.max >> 16, "a segment's number of spans")
    head.traces = try cursor.count(upTo: head.spans, "a segment's number of traces")
    try head.decodeSections(from: &cursor, end: length - bytes.count)
    head.chunks = try ChunkTable.decode(
      from: &cursor, traces: head.traces, spans: head.spans, segmentLength: length)
    let blocks = head.section(.blocks)?.stored ?? 0
    let ids = head.section(.spanIDs)
    head.groups = try GroupTable.decode(
      from: &cursor, chunks: head.chunks, blockBytes: blocks, idBytes: ids?.stored ?? 0,
      idsAreRegular: ids?.codec != .lz4)
    let kinds = try cursor.count(
      upTo: min(kindLimit, cursor.remaining), "the number of kinds of traces")
    for _ in 0..<kinds {
      let bits = try cursor.array((head.groups.count + 7) / 8, "a kind of traces")
      head.kinds.append(
        (0..<head.groups.count).filter { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 })
    }
    let words = try cursor.count(upTo: cursor.remaining, "the number of indexed words")
    var word: UInt32 = 0
    for _ in 0..<words {
      word += UInt32(
        try cursor.count(upTo: Int(UInt32.max - word), "a distance of indexed words"))
      head.indexedWords.append(
        IndexedWord(
          word: SlotWord(rawValue: word),
          entries: try cursor.count(upTo: Int(Int32.max), "the entries of an indexed word")))
    }
    try cursor.requireEnd("a segment's HEAD")
    try head.check(at: offset)
    return head
  }

  private mutating func decodeSections(
    from cursor: inout ByteCursor, end: Int
  ) throws(FormatError) {
    let count = try cursor.count(upTo: 255, "a segment's number of sections")
    var offset = SegmentHeader.byteCount
    for _ in 0..<count {
      let typeByte = try cursor.byte()
      let codecAt = cursor.base + cursor.position
      let codecByte = try cursor.byte()
      let stored = try cursor.count(upTo: end - offset, "a section's stored length")
      let raw = try cursor.count(upTo: Int(Int32.max), "a section's decoded length")
      defer { offset += stored }
      guard let type = SectionType(rawValue: typeByte) else { continue }
      guard let codec = Page.Codec(rawValue: codecByte) else {
        throw FormatError(.unsupported, at: codecAt, "a section has the unknown codec \(codecByte)")
      }
      guard section(type) == nil else {
        throw FormatError(.invalid, at: codecAt - 1, "a segment has two sections of one type")
      }
      sections.append(
        Section(type: type, codec: codec, offset: offset, stored: stored, raw: raw))
    }
    guard offset == end else {
      throw FormatError(
        .outOfBounds, at: cursor.base,
        "the sections of a segment end at \(offset), its HEAD starts at \(end)")
    }
  }

  /// Throws `outOfBounds` unless the chunks add up to what the segment and its sections say.
  private func check(at offset: Int) throws(FormatError) {
    var total = Chunk()
    for chunk in chunks {
      total.traces += chunk.traces
      total.spans += chunk.spans
      total.traceIDBytes += chunk.traceIDBytes
      total.indexBytes += chunk.indexBytes
    }
    let agree =
      total.traces == traces && total.spans == spans
      && total.traceIDBytes == section(.traceIDs)?.stored ?? 0
      && total.indexBytes == section(.index)?.stored ?? 0
    if !agree {
      throw FormatError(
        .outOfBounds, at: offset, "a segment's chunks do not add up to its sections")
    }
  }
}
