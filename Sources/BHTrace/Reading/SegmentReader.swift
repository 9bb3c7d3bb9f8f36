/// One segment of an open archive: its sections as they are needed, kept once they are read.
final class SegmentReader {
  /// Where its parts lie.
  let layout: SegmentLayout
  /// Number of the segment's first chunk in the archive.
  let firstChunk: Int
  private let source: AccountedSource
  private var loadedNames: NameTable?
  private var loadedTimes: TimeCoding?
  private var loadedTables: FlatTables?
  private var loadedDecoder: PayloadDecoder?
  private var loadedDictionary: ZstdDictionary?
  private var loadedMetadata: [[UInt8]]?

  init(_ segment: TopLevel.Segment, firstChunk: Int, source: AccountedSource) {
    layout = SegmentLayout(segment)
    self.firstChunk = firstChunk
    self.source = source
  }

  var offset: Int { layout.offset }
  var length: Int { layout.length }
  var description: SegmentDescription { layout.description }

  /// The file range of a whole section; empty where the segment has none.
  func range(_ type: SectionType) -> Range<Int> { layout.range(type) }

  /// The file range of the page of `chunk` in a section that has one for each, or of its blocks.
  func range(_ type: SectionType, chunk: Int) -> Range<Int> { layout.range(type, chunk: chunk) }

  /// Reads the segment's own header and throws unless it says what the directory says, and its
  /// sections follow each other without gaps up to the segment's end.
  func checkHeader(_ source: AccountedSource) throws {
    let first = description.sections.map(\.offset).min() ?? length
    guard first >= SegmentDescription.prefixCount + 4 else {
      throw FormatError(.outOfBounds, at: offset, "a segment has no room for its header")
    }
    let bytes = try source.read(offset..<(offset + first))
    let body = bytes.rawSpan.extracting(0..<(first - 4))
    guard bytes.starts(with: SegmentDescription.magic) else {
      throw FormatError(.invalid, at: offset, "a segment does not start with the magic BSEG")
    }
    guard Checksum.crc32c(body) == bytes.rawSpan.littleEndian32(at: first - 4) else {
      throw FormatError(
        .checksumMismatch, at: offset, "a segment's header does not match its checksum")
    }
    var cursor = ByteCursor(
      body.extracting(SegmentDescription.prefixCount..<body.byteCount),
      base: offset + SegmentDescription.prefixCount)
    let own = try SegmentDescription.decode(from: &cursor, segmentLength: length)
    try cursor.requireEnd("a segment's description")
    guard
      own == description, Int(body.littleEndian64(at: 8)) == length,
      Int(body.littleEndian32(at: 4)) == first - 4 - SegmentDescription.prefixCount
    else {
      throw FormatError(
        .invalid, at: offset, "a segment's header says something else than the directory")
    }
    var end = first
    for section in description.sections.sorted(by: { $0.offset < $1.offset }) {
      guard section.offset == end else {
        throw FormatError(
          .invalid, at: offset + end, "bytes of a segment belong to none of its sections")
      }
      end += section.stored
    }
    guard end == length else {
      throw FormatError(
        .invalid, at: offset + end, "bytes of a segment belong to none of its sections")
    }
  }

  /// The ranges of the sections that structure (and payload) need and that are not loaded yet.
  func missing(payload: Bool) -> [SectionType] {
    var types: [SectionType] = loadedNames == nil ? [.names] : []
    if payload && loadedTables == nil { types += [.tables, .dictionary] }
    return types.filter { description.section($0) != nil }
  }

  /// Takes in a section that was read.
  func take(_ type: SectionType, _ bytes: [UInt8]) throws {
    guard let section = description.section(type) else { return }
    let at = offset + section.offset
    switch type {
    case .names:
      let content = try Page.openLZ4(bytes, count: section.raw, at: at, "the NAMES section")
      source.count(rawBytes: content.count)
      let section = try NameSection.decode(content, at: at)
      loadedNames = section.names
      loadedTimes = section.times
    case .tables:
      let content = try openZstd(bytes, section, cap: Limits.tableBytes, "the TABLES section")
      let names = try self.names()
      let tables = try TableSection.decode(
        content, operationCount: names.operations.count, at: at)
      loadedTables = FlatTables(tables, names: names)
      loadedDecoder = nil
    case .metadata:
      let content = try openZstd(bytes, section, cap: Limits.sectionBytes, "the METADATA section")
      loadedMetadata = try MetadataSection.decode(content, at: at)
    case .dictionary:
      let content = try openZstd(
        bytes, section, cap: Limits.dictionaryBytes, "the DICTIONARY section")
      guard let dictionary = ZstdDictionary(content) else {
        throw FormatError(.invalid, at: at, "the DICTIONARY section is no zstd dictionary")
      }
      loadedDictionary = dictionary
      loadedDecoder = nil
    default: break
    }
  }

  private func openZstd(
    _ bytes: [UInt8], _ section: Section, cap: Int, _ what: String
  ) throws(FormatError) -> [UInt8] {
    let at = offset + section.offset
    guard section.raw <= cap else {
      throw FormatError(
        .outOfBounds, at: at, "\(what) is said to hold \(section.raw) bytes, more than \(cap)")
    }
    try Page.check(bytes.rawSpan, at: at, what)
    source.count(rawBytes: section.raw)
    if bytes.count - Page.overhead == section.raw { return Array(bytes[Page.overhead...]) }
    let frame = bytes.rawSpan.extracting(Page.overhead..<bytes.count)
    guard let content = ZstdDecompressor().decompress(frame, count: section.raw) else {
      throw FormatError(
        .invalid, at: at, "\(what) is not a zstd frame of \(section.raw) decoded bytes")
    }
    return content
  }

  /// The names, read where they are not loaded yet.
  func names() throws -> NameTable {
    if let names = loadedNames { return names }
    try take(.names, source.read(range(.names)))
    return loadedNames ?? NameTable()
  }

  /// How times are written, read where it is not loaded yet.
  func times() throws -> TimeCoding {
    _ = try names()
    guard let times = loadedTimes else {
      throw FormatError(.invalid, at: offset, "the segment has spans but no NAMES section")
    }
    return times
  }

  /// Unknown fields of whole messages, read where they are not loaded yet.
  func metadata() throws -> [[UInt8]] {
    if loadedMetadata == nil {
      let range = range(.metadata)
      if range.isEmpty { return [] }
      try take(.metadata, source.read(range))
    }
    return loadedMetadata ?? []
  }

  /// What decoding payload takes, read where it is not loaded yet.
  func payload() throws -> SegmentPayload {
    if loadedTables == nil {
      let types = missing(payload: true)
      for (type, bytes) in zip(types, try source.readRound(types.map { range($0) })) {
        try take(type, bytes)
      }
    }
    guard let tables = loadedTables else {
      throw FormatError(
        .invalid, at: offset, "the segment has payload blocks but no TABLES section")
    }
    return SegmentPayload(tables: tables, dictionary: loadedDictionary)
  }

  /// Lends the decoder of payload, made where there is none yet, to `body`.
  func withDecoder<Result>(
    _ body: (inout PayloadDecoder) throws -> Result
  ) throws -> Result {
    // Taken out while it is lent, so that nothing of it is copied.
    var decoder = try loadedDecoder.take() ?? PayloadDecoder(payload())
    do {
      let result = try body(&decoder)
      loadedDecoder = consume decoder
      return result
    } catch {
      loadedDecoder = consume decoder
      throw error
    }
  }

  /// Decodes the index page of `chunk` from its stored bytes.
  func index(_ chunk: Int, _ bytes: [UInt8]) throws -> IndexPage {
    try layout.index(
      chunk, bytes, operationCount: try names().operations.count, times: try times(),
      counting: source)
  }

  /// Decodes the index page of `chunk` from its stored bytes, all but the times.
  func openIndex(
    _ chunk: Int, _ bytes: [UInt8]
  ) throws -> (page: IndexPage, times: IndexTimes.Rest) {
    try layout.openIndex(
      chunk, bytes, operationCount: try names().operations.count, counting: source)
  }

  /// Decodes the trace ids of `chunk` from the stored bytes of their page.
  func traceIDs(_ chunk: Int, _ bytes: [UInt8]) throws -> [[UInt8]] {
    try layout.traceIDs(chunk, bytes, counting: source)
  }

  /// Decodes the span ids of `chunk`, whose index page is `index`, from the stored bytes.
  func spanIDs(_ chunk: Int, _ bytes: [UInt8], index: IndexPage) throws -> SpanIDPage {
    try layout.spanIDs(chunk, bytes, index: index, counting: source)
  }
}
