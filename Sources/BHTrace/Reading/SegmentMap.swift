/// Where the parts of a segment lie: its head, once it is read. Every chunk at hand has it.
final class SegmentMap: Sendable {
  let location: Locations.Segment
  let head: SegmentHead
  /// For each chunk and one more where its pages start in TRACE_IDS and INDEX.
  private let traceIDStarts: [Int]
  private let indexStarts: [Int]
  private let sectionRanges: [Range<Int>]

  /// Throws `invalid` where the head says something else than the directory.
  init(_ location: Locations.Segment, _ head: SegmentHead) throws(FormatError) {
    self.location = location
    self.head = head
    var (ids, pages) = ([0], [0])
    for (number, chunk) in head.chunks.enumerated() {
      ids.append(ids[number] + chunk.traceIDBytes)
      pages.append(pages[number] + chunk.indexBytes)
    }
    (traceIDStarts, indexStarts) = (ids, pages)
    var ranges = [Range<Int>](repeating: 0..<0, count: 256)
    for section in head.sections {
      let start = location.offset + section.offset
      ranges[Int(section.type.rawValue)] = start..<(start + section.stored)
    }
    sectionRanges = ranges
    func isAt(_ types: [SectionType], _ range: Range<Int>) -> Bool {
      let found = types.map { ranges[Int($0.rawValue)] }.filter { !$0.isEmpty }
      guard let first = found.first, let last = found.last else { return range.isEmpty }
      return first.lowerBound == range.lowerBound && last.upperBound == range.upperBound
    }
    guard head.chunks.count == location.chunks,
      isAt([.zones, .names], location.names), isAt([.index], location.index),
      isAt([.dictionary, .tables], location.tables)
    else {
      throw FormatError(
        .invalid, at: location.head.lowerBound,
        "a segment's HEAD says something else than the directory")
    }
  }

  var chunkCount: Int { head.chunks.count }
  var idsAreRegular: Bool { head.section(.spanIDs)?.codec != .lz4 }

  /// The file range of a whole section; empty where the segment has none.
  func range(_ type: SectionType) -> Range<Int> { sectionRanges[Int(type.rawValue)] }

  func traceIDs(_ chunk: Int) -> Range<Int> {
    let base = range(.traceIDs).lowerBound
    return (base + traceIDStarts[chunk])..<(base + traceIDStarts[chunk + 1])
  }

  func index(_ chunk: Int) -> Range<Int> {
    let base = range(.index).lowerBound
    return (base + indexStarts[chunk])..<(base + indexStarts[chunk + 1])
  }

  /// The file range of the id page of `group` and `chunk`; empty where there is none.
  func spanIDs(_ group: Int, _ chunk: Int) -> Range<Int> {
    moved(head.groups.ids(group, chunk: chunk), by: range(.spanIDs).lowerBound)
  }

  /// The file range of block number `block`; empty where it is stored as nothing.
  func block(_ block: Int) -> Range<Int> {
    moved(head.groups.blocks[block].stored, by: range(.blocks).lowerBound)
  }

  /// The file range of HEAVY block number `block`.
  func heavyBlock(_ block: Int) -> Range<Int> {
    moved(head.groups.heavyBlocks[block].stored, by: range(.blocks).lowerBound)
  }

  /// The file range of page number `page` of `section`, whose pages all have one length.
  func hashedPage(_ page: Int, of section: Section) -> Range<Int> {
    let length = section.stored / max(section.raw, 1)
    let start = range(section.type).lowerBound + page * length
    return start..<(start + length)
  }

  private func moved(_ range: Range<Int>, by distance: Int) -> Range<Int> {
    range.isEmpty ? 0..<0 : (range.lowerBound + distance)..<(range.upperBound + distance)
  }
}

/// The names of a segment, how its times are written, and the bounds of its chunks. Every chunk at hand
/// has them.
final class SegmentNames: Sendable {
  let names: NameTable
  let times: TimeCoding
  /// For each operation its payload group.
  let groups: [UInt16]
  /// What questions pass over chunks by; nil where the segment has no ZONES.
  let zones: Zones?

  init(names: NameTable, times: TimeCoding, groups: [UInt16], zones: Zones?) {
    self.names = names
    self.times = times
    self.groups = groups
    self.zones = zones
  }
}

/// What decoding the payload of a segment takes: for any thread.
struct SegmentPayload: Sendable {
  let tables: FlatTables
  let dictionary: ZstdDictionary?
  /// What POSTINGS has a posting of, in order.
  let postingLayout: PostingLayout
  /// The decoded size of both (bytes).
  let byteCount: Int
}

extension SegmentMap {
  /// Decodes HEAD of the segment at `location`.
  static func decode(
    _ location: Locations.Segment, from extents: Extents
  ) throws(FormatError) -> SegmentMap {
    let bytes = try extents.bytes(location.head)
    return try SegmentMap(
      location,
      SegmentHead.decode(bytes, at: location.head.lowerBound, segmentLength: location.length))
  }

  /// Decodes NAMES and ZONES.
  func decodeNames(from extents: Extents) throws(FormatError) -> (names: SegmentNames, raw: Int) {
    let range = range(.names)
    guard let section = head.section(.names) else {
      return (
        SegmentNames(
          names: NameTable(), times: TimeCoding(own: 0, columns: []), groups: [], zones: nil), 0
      )
    }
    let content = try Page.openLZ4(
      extents.bytes(range), count: section.raw, at: range.lowerBound, "the NAMES section")
    let (names, times) = try NameSection.decode(content, at: range.lowerBound)
    guard head.groups.count > 0 || names.operations.isEmpty else {
      throw FormatError(
        .invalid, at: location.head.lowerBound, "a segment has operations but no payload groups")
    }
    let groups = names.operations.map {
      UInt16(truncatingIfNeeded: head.groups.group(ofService: Int($0.service)))
    }
    var zones: Zones?
    var raw = content.count
    if head.section(.zones) != nil {
      let bytes = try extents.bytes(self.range(.zones))
      zones = try Zones.decode(
        bytes, chunkCount: head.chunks.count, at: self.range(.zones).lowerBound)
      raw += bytes.count
    }
    return (SegmentNames(names: names, times: times, groups: groups, zones: zones), raw)
  }

  /// Decodes TABLES and DICTIONARY.
  func decodePayload(
    _ names: NameTable, from extents: Extents
  ) throws(FormatError) -> SegmentPayload {
    guard let section = head.section(.tables) else {
      throw FormatError(
        .invalid, at: location.head.lowerBound, "the segment has spans but no TABLES section")
    }
    let range = range(.tables)
    let content = try openZstd(
      section, cap: Limits.tableBytes, from: extents)
    let tables = try TableSection.decode(
      content, operationCount: names.operations.count, at: range.lowerBound)
    var dictionary: ZstdDictionary?
    if let section = head.section(.dictionary) {
      let content = try openZstd(section, cap: Limits.dictionaryBytes, from: extents)
      dictionary = ZstdDictionary(content)
      guard dictionary != nil else {
        throw FormatError(
          .invalid, at: self.range(.dictionary).lowerBound,
          "the DICTIONARY section is no zstd dictionary")
      }
    }
    return SegmentPayload(
      tables: FlatTables(tables, names: names), dictionary: dictionary,
      postingLayout: PostingLayout(tables),
      byteCount: content.count + (head.section(.dictionary)?.raw ?? 0))
  }

  /// The content of a section that is one page with a zstd frame.
  func openZstd(
    _ section: Section, cap: Int, from extents: Extents
  ) throws(FormatError) -> [UInt8] {
    let range = range(section.type)
    let what = "the \(section.type.name) section"
    guard section.raw <= cap else {
      throw FormatError(
        .outOfBounds, at: range.lowerBound,
        "\(what) is said to hold \(section.raw) bytes, more than \(cap)")
    }
    return try extents.withBytes(range) { bytes throws(FormatError) in
      try Page.check(bytes, at: range.lowerBound, what)
      let stored = bytes.extracting(Page.overhead..<bytes.byteCount)
      if stored.byteCount == section.raw { return stored.array(0..<section.raw) }
      guard let content = ZstdDecompressor().decompress(stored, count: section.raw) else {
        throw FormatError(
          .invalid, at: range.lowerBound,
          "\(what) is not a zstd frame of \(section.raw) decoded bytes")
      }
      return content
    }
  }
}
