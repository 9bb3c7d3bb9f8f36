/// Puts segments one after the other and the directory behind them: the bytes of a whole archive,
/// handed out in order.
struct ArchiveBuilder {
  private var offset = 0
  private var locations = Locations()
  private var summaries: [(segment: Summaries.Segment, services: [[UInt8]])] = []
  private var lookups = LookupDirectory()
  private var chunks = 0
  private var footer = Footer()

  /// The bytes every archive starts with.
  mutating func begin() -> [UInt8] {
    var writer = ByteWriter(capacity: FileHeader.byteCount)
    FileHeader().encode(to: &writer)
    offset = writer.count
    return writer.bytes
  }

  /// Takes note of the next segment, whose bytes are to be written next.
  mutating func add(_ segment: EncodedSegment) {
    lookups.add(segment.lookups, firstChunk: chunks)
    var location = segment.location
    location.offset = offset
    location.firstChunk = chunks
    locations.segments.append(location)
    summaries.append((segment.summary, segment.services))
    footer.traces += segment.summary.traces
    footer.spans += segment.summary.spans
    footer.features.compatible |= segment.features
    chunks += location.chunks
    offset = location.end
  }

  /// The directory and the footer, the last bytes of the archive.
  consuming func finish() -> [UInt8] {
    footer.directoryOffset = offset
    footer.segments = locations.segments.count
    footer.keyBits = lookups.keyBits
    let (pages, count) = lookups.encode()
    footer.lookupPages = count
    footer.lookupPageBytes = count == 0 ? 0 : pages.count / count
    var writer = ByteWriter(capacity: pages.count + 4096)
    writer.append(pages)
    Self.joined(summaries).encode(to: &writer)
    footer.summariesBytes = writer.count - pages.count
    let before = writer.count
    locations.encode(to: &writer)
    footer.locationsBytes = writer.count - before
    let padding = Footer.padding(after: footer.directoryEnd)
    writer.append([UInt8](repeating: 0, count: padding))
    footer.encode(to: &writer)
    return writer.bytes
  }

  /// The summaries of all segments, their services numbered in the order of first appearance.
  private static func joined(
    _ parts: [(segment: Summaries.Segment, services: [[UInt8]])]
  ) -> Summaries {
    var summaries = Summaries()
    var services = ByteInterner()
    for (segment, names) in parts {
      var segment = segment
      segment.services = names.map { services.intern($0) }.sorted()
      summaries.segments.append(segment)
    }
    // Of one segment its names say as much.
    if services.count > Summaries.serviceLimit || parts.count < 2 {
      for index in summaries.segments.indices { summaries.segments[index].services = [] }
    } else {
      summaries.services = (0..<services.count).map { services.bytes($0) }
    }
    return summaries
  }
}
