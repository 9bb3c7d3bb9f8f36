/// What each segment holds, as far as it tells a question that it may pass over the segment.
///
/// ```
/// SUMMARIES := Packed page of
///              services varint   (length varint, bytes)*        of all segments
///              of all segments, as a packed column each:
///                traces          that begin in it
///                spans
///                first start     earliest start of a trace: distance to the previous segment's
///                                (the first: to 0), zigzag
///                last start      latest start of a trace, minus the first
///                end             latest end of a span (its start, where it ends before), minus the
///                                first start
///                longest trace   ns
///                longest span    ns
///                errors          spans whose status is an error
///              for each segment  ⌈services / 8⌉ bytes: bit n, it has spans of service n
/// ```
/// With no service listed nothing is said of services: the writer lists at most `serviceLimit`.
struct Summaries: Sendable, Equatable {
  struct Segment: Sendable, Equatable {
    var traces = 0
    var spans = 0
    var firstStart: UInt64 = 0
    var lastStart: UInt64 = 0
    var end: UInt64 = 0
    var longestTrace: UInt64 = 0
    var longestSpan: UInt64 = 0
    var errors = 0
    /// The services it has spans of, by number in the list of all; ascending.
    var services: [Int] = []
  }

  /// With more services in an archive than this none is listed.
  static let serviceLimit = 4096
  private static let columns = 8

  var services: [[UInt8]] = []
  var segments: [Segment] = []

  func encode(to writer: inout ByteWriter) {
    var content = ByteWriter()
    content.varint(services.count)
    for service in services { content.lengthPrefixed(service) }
    var previous: UInt64 = 0
    let starts = segments.map { segment in
      defer { previous = segment.firstStart }
      return ZigZag.encode(Int64(bitPattern: segment.firstStart &- previous))
    }
    PackedColumn.encode(segments.map { UInt64($0.traces) }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.spans) }, to: &content)
    PackedColumn.encode(starts, to: &content)
    PackedColumn.encode(segments.map { $0.lastStart &- $0.firstStart }, to: &content)
    PackedColumn.encode(segments.map { $0.end &- $0.firstStart }, to: &content)
    PackedColumn.encode(segments.map { $0.longestTrace }, to: &content)
    PackedColumn.encode(segments.map { $0.longestSpan }, to: &content)
    PackedColumn.encode(segments.map { UInt64($0.errors) }, to: &content)
    for segment in segments {
      var bits = [UInt8](repeating: 0, count: (services.count + 7) / 8)
      for service in segment.services { bits[service / 8] |= 1 << UInt8(service % 8) }
      content.append(bits)
    }
    Page.sealPacked(content.bytes, to: &writer)
  }

  /// Decodes the page `bytes`, which lies at `offset` of the file, for `count` segments.
  static func decode(
    _ bytes: [UInt8], at offset: Int, count: Int
  ) throws(FormatError) -> Summaries {
    let content = try Page.openPacked(bytes, at: offset, "the SUMMARIES page")
    var cursor = ByteCursor(content.rawSpan, base: offset)
    var summaries = Summaries()
    let services = try cursor.count(
      upTo: min(serviceLimit, cursor.remaining), "the number of services")
    for _ in 0..<services {
      summaries.services.append(try cursor.lengthPrefixed("a service's name"))
    }
    try PackedColumn.require(count * columns, in: cursor, "segments")
    var columns: [[UInt64]] = []
    for _ in 0..<Self.columns {
      columns.append(try PackedColumn.decode(count: count, from: &cursor))
    }
    var start: UInt64 = 0
    for index in 0..<count {
      var segment = Segment()
      segment.traces = Int(clamping: columns[0][index])
      segment.spans = Int(clamping: columns[1][index])
      start = start &+ UInt64(bitPattern: ZigZag.decode(columns[2][index]))
      segment.firstStart = start
      segment.lastStart = start &+ columns[3][index]
      segment.end = start &+ columns[4][index]
      segment.longestTrace = columns[5][index]
      segment.longestSpan = columns[6][index]
      segment.errors = Int(clamping: columns[7][index])
      let bits = try cursor.array((services + 7) / 8, "the services of a segment")
      for service in 0..<services where bits[service / 8] >> UInt8(service % 8) & 1 == 1 {
        segment.services.append(service)
      }
      summaries.segments.append(segment)
    }
    try cursor.requireEnd("the SUMMARIES page")
    return summaries
  }
}
