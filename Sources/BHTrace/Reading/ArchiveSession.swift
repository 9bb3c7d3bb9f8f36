/// One question, or several one after the other, to an open archive: with counters of its own.
///
/// Not for use from several threads at once; an `Archive` gives each its own.
public final class ArchiveSession: TraceArchive {
  /// The archive that is asked.
  package let archive: Archive
  let source: AccountedSource

  /// How many threads decode payload where all of it is read; what is handed out does not depend
  /// on it.
  public var threads = Processors.count

  /// Whether most traces that are looked up lie in other archives: then no more is read on the way
  /// than it takes to say so.
  var isOneOfMany = false

  public var formatVersion: Int { 2 }
  public var traceCount: Int { archive.traceCount }
  public var spanCount: Int { archive.spanCount }
  public var stats: ReadStats { source.stats }

  /// Chunks whose pages were read for a single trace: a warm reader finds them here.
  var warm: [ChunkKey: ChunkPages] = [:]
  /// The ids on the trace id pages of pieces of large traces.
  var pieceIDs: [ChunkKey: TraceIDs] = [:]
  /// Decoders of payload by segment, lent to loads.
  var decoders = DecoderPool()

  init(_ archive: Archive) {
    self.archive = archive
    source = archive.accounted()
  }

  /// Opens the archive `source` holds for one session.
  public convenience init(_ source: any ByteSource) throws {
    self.init(try Archive(source))
  }

  // MARK: Reading a plan

  /// Reads what `plan` says in one round; parts that others share are decoded and kept.
  @discardableResult
  func fetch(_ plan: ReadPlan) throws -> Extents {
    if plan.isEmpty { return archive.kept }
    let extents = try source.fetch(plan.allRanges)
    try take(plan, extents)
    return extents
  }

  private func take(_ plan: ReadPlan, _ extents: Extents) throws(FormatError) {
    let footer = archive.footer
    var (names, tables): ([Int], [Int]) = ([], [])
    for (part, range) in plan.parts {
      switch part {
      case .locations:
        let bytes = try extents.bytes(range)
        archive.keep(
          try Locations.decode(
            bytes, at: range.lowerBound, count: footer.segments,
            directory: footer.directoryOffset))
        source.count(rawBytes: bytes.count)
      case .summaries:
        let bytes = try extents.bytes(range)
        archive.keep(
          try Summaries.decode(bytes, at: range.lowerBound, count: footer.segments))
        source.count(rawBytes: bytes.count)
      case .lookup(let number):
        let bytes = try extents.bytes(range)
        archive.keep(
          try LookupPage.decode(
            bytes, page: number, of: footer.lookupPages, bits: footer.keyBits,
            at: range.lowerBound), number)
        source.count(rawBytes: bytes.count)
      case .head(let segment):
        guard let location = archive.locations?.segments[segment] else { continue }
        archive.keep(try SegmentMap.decode(location, from: extents), segment)
        source.count(rawBytes: range.count)
      case .names(let segment): names.append(segment)
      case .tables(let segment): tables.append(segment)
      }
    }
    // Names are decoded with the head's help, tables with that of the names.
    for segment in names {
      guard let map = archive.map(segment) else { continue }
      let (decoded, raw) = try map.decodeNames(from: extents)
      archive.keep(decoded, segment)
      source.count(rawBytes: raw)
    }
    for segment in tables {
      guard let map = archive.map(segment), let names = archive.names(segment) else { continue }
      let payload = try map.decodePayload(names.names, from: extents)
      archive.keep(payload, segment)
      source.count(rawBytes: payload.byteCount)
    }
  }

  // MARK: The directory

  /// Adds what is not known yet of where segments lie, and of what they hold.
  func addDirectory(to plan: inout ReadPlan, summaries: Bool) {
    let footer = archive.footer
    if archive.locations == nil {
      plan.add(.locations, footer.locationsOffset..<footer.directoryEnd)
    }
    if summaries && archive.summaries == nil {
      plan.add(.summaries, footer.summariesOffset..<footer.locationsOffset)
    }
  }

  /// Where the segments lie, read where that is not known yet.
  func locations() throws -> Locations {
    if let known = archive.locations { return known }
    var plan = ReadPlan()
    addDirectory(to: &plan, summaries: false)
    try fetch(plan)
    return archive.locations ?? Locations()
  }

  /// What the segments hold, read where that is not known yet.
  func summaries() throws -> Summaries {
    if let known = archive.summaries { return known }
    var plan = ReadPlan()
    addDirectory(to: &plan, summaries: true)
    try fetch(plan)
    return archive.summaries ?? Summaries()
  }

  /// Head and names of `segment`, read where they are not known yet.
  func segment(_ segment: Int) throws -> (map: SegmentMap, names: SegmentNames) {
    if let map = archive.map(segment), let names = archive.names(segment) { return (map, names) }
    let location = try locations().segments[segment]
    var plan = ReadPlan()
    plan.addSegment(segment, location, payload: false, of: archive)
    try fetch(plan)
    guard let map = archive.map(segment), let names = archive.names(segment) else {
      throw FormatError(.invalid, at: location.offset, "a segment has no head")
    }
    return (map, names)
  }

  /// Reads heads and names of `segments` that are not known yet, in as few rounds as hold
  /// `headWindow` bytes each.
  func readHeads(of segments: Range<Int>) throws {
    let locations = try locations().segments
    var plan = ReadPlan()
    for segment in segments {
      plan.addSegment(segment, locations[segment], payload: false, of: archive)
      if plan.byteCount > Self.headWindow {
        try fetch(plan)
        plan = ReadPlan()
      }
    }
    try fetch(plan)
  }

  /// How much of heads is read at a time (bytes).
  private static let headWindow = 16 << 20

  /// The pages of `chunk` of `segment`, whose bytes are in `extents`; times up to those of trace `last`.
  func pages(
    _ segment: Int, _ chunk: Int, timesThrough last: Int? = nil, _ extents: Extents
  ) throws -> ChunkPages {
    let (map, names) = try self.segment(segment)
    return try ChunkPages(
      map, names, segment: segment, chunk: chunk, timesThrough: last, extents, counting: source)
  }

  /// What decoding the payload of `segment` takes, read where it is not known yet.
  func payload(_ segment: Int) throws -> SegmentPayload {
    if let known = archive.payload(segment) { return known }
    let (map, names) = try self.segment(segment)
    var plan = ReadPlan()
    plan.addSegment(segment, map.location, payload: true, of: archive)
    if plan.isEmpty { return try map.decodePayload(names.names, from: archive.kept) }
    let extents = try fetch(plan)
    return try archive.payload(segment) ?? map.decodePayload(names.names, from: extents)
  }

  /// Reads what all loads share and what is not at hand yet: where segments lie, their heads, names
  /// and tables, and of the look-up as much as is kept. Then any trace is read in one round.
  public func warmUp() throws {
    let locations = try locations()
    var plan = ReadPlan()
    for (number, location) in locations.segments.enumerated() {
      plan.addSegment(number, location, payload: true, of: archive)
    }
    for page in 0..<min(archive.footer.lookupPages, Archive.keptLookups)
    where archive.lookup(page) == nil {
      plan.add(.lookup(page), lookupRange(page))
    }
    try fetch(plan)
  }

  /// The file range of LOOKUP page `number`.
  func lookupRange(_ number: Int) -> Range<Int> {
    let start = archive.footer.directoryOffset + number * archive.footer.lookupPageBytes
    return start..<(start + archive.footer.lookupPageBytes)
  }
}

/// Names one chunk of an archive.
struct ChunkKey: Hashable, Sendable {
  var segment: Int
  var chunk: Int
}

/// Decoders that were used and may be used again, one for each of a few segments.
struct DecoderPool: ~Copyable {
  private var decoder: ChunkDecoder?
  private var segment = -1

  init() {}

  /// Lends the decoder of `segment`, made with `payload` where there is none, to `body`.
  mutating func with<Answer>(
    _ segment: Int, _ payload: () throws -> SegmentPayload,
    _ body: (inout ChunkDecoder) throws -> Answer
  ) throws -> Answer {
    let known = self.segment == segment ? decoder.take() : nil
    self.segment = -1
    var lent: ChunkDecoder
    if let known = consume known { lent = known } else { lent = ChunkDecoder(try payload()) }
    let answer = try body(&lent)
    decoder = consume lent
    self.segment = segment
    return answer
  }
}
