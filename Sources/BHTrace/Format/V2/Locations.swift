/// Where each segment of an archive lies, and the parts of it that every look-up needs.
///
/// ```
/// LOCATIONS := Page, plain, of the segments' numbers, a packed column each:
///              gap            from the end of the previous segment (the first: from byte 64)
///              segment bytes
///              head bytes     of HEAD
///              names bytes    of ZONES and NAMES
///              index bytes    of INDEX
///              table bytes    of DICTIONARY and TABLES
///              chunks
/// ```
/// A segment ends with these parts in the order tables, index, names, head, so that each is found
/// from its end. The footer says how many segments there are.
struct Locations: Sendable, Equatable {
  struct Segment: Sendable, Equatable {
    var offset = 0
    var length = 0
    var headBytes = 0
    var namesBytes = 0
    var indexBytes = 0
    var tableBytes = 0
    var chunks = 0
    /// Number of its first chunk in the archive.
    var firstChunk = 0

    var end: Int { offset + length }
    /// The file range of HEAD.
    var head: Range<Int> { (end - headBytes)..<end }
    /// The file range of ZONES and NAMES.
    var names: Range<Int> { (head.lowerBound - namesBytes)..<head.lowerBound }
    /// The file range of INDEX.
    var index: Range<Int> { (names.lowerBound - indexBytes)..<names.lowerBound }
    /// The file range of DICTIONARY and TABLES.
    var tables: Range<Int> { (index.lowerBound - tableBytes)..<index.lowerBound }
  }

  private static let columns = 7

  var segments: [Segment] = []

  /// The segment that holds chunk number `chunk` of the archive; nil where there is none.
  func segment(ofChunk chunk: Int) -> Int? {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].firstChunk + segments[middle].chunks <= chunk {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < segments.count && segments[low].firstChunk <= chunk ? low : nil
  }

  func encode(to writer: inout ByteWriter) {
    var content = ByteWriter()
    var end = FileHeader.byteCount
    let gaps = segments.map { segment in
      defer { end = segment.end }
      return UInt64(segment.offset - end)
    }
    PackedColumn.encode(gaps, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.length) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.headBytes) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.namesBytes) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.indexBytes) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.tableBytes) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.chunks) }, to: &content)
    Page.seal(content.bytes, to: &writer)
  }

  /// Decodes the page `bytes`, which lies at `offset` of the file, for `count` segments in front of
  /// `directory`.
  static func decode(
    _ bytes: [UInt8], at offset: Int, count: Int, directory: Int
  ) throws(FormatError) -> Locations {
    try Page.check(bytes.rawSpan, at: offset, "the LOCATIONS page")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    try PackedColumn.require(count * columns, in: cursor, "segments")
    var columns: [[UInt64]] = []
    for _ in 0..<Self.columns {
      columns.append(try PackedColumn.decode(count: count, from: &cursor))
    }
    try cursor.requireEnd("the LOCATIONS page")
    var locations = Locations()
    locations.segments.reserveCapacity(count)
    var end = FileHeader.byteCount
    var firstChunk = 0
    for index in 0..<count {
      func value(_ column: Int, upTo limit: Int, _ what: String) throws(FormatError) -> Int {
        guard limit >= 0, columns[column][index] <= UInt64(limit) else {
          throw FormatError(
            .outOfBounds, at: offset,
            "\(what) of segment \(index) is \(columns[column][index]), more than \(limit) allows")
        }
        return Int(columns[column][index])
      }
      var segment = Segment()
      segment.offset = end + (try value(0, upTo: directory - end, "the gap before"))
      segment.length = try value(1, upTo: directory - segment.offset, "the length")
      var room = segment.length - SegmentHeader.byteCount
      segment.headBytes = try value(2, upTo: room, "the head's length")
      room -= segment.headBytes
      segment.namesBytes = try value(3, upTo: room, "the length of the names")
      room -= segment.namesBytes
      segment.indexBytes = try value(4, upTo: room, "the length of the index")
      room -= segment.indexBytes
      segment.tableBytes = try value(5, upTo: room, "the length of the tables")
      segment.chunks = try value(6, upTo: segment.length, "the number of chunks")
      segment.firstChunk = firstChunk
      firstChunk += segment.chunks
      end = segment.end
      locations.segments.append(segment)
    }
    return locations
  }
}
