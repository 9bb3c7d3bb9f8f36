/// What one round reads: parts of an archive and where they lie. Nothing here reads.
///
/// A question adds the parts it needs of what is not known yet, asks a session to fetch them, and goes
/// on with what they say. Parts of all segments and chunks go into one plan, so that the number of
/// rounds does not grow with them.
struct ReadPlan {
  /// A part that is decoded and kept for other questions too.
  enum Part: Hashable {
    case locations
    case summaries
    case lookup(Int)
    /// HEAD of a segment.
    case head(Int)
    /// ZONES and NAMES of a segment.
    case names(Int)
    /// DICTIONARY and TABLES of a segment.
    case tables(Int)
  }

  private(set) var parts: [(part: Part, range: Range<Int>)] = []
  private var known: Set<Part> = []
  /// Parts nobody else shares: pages and blocks of chunks.
  private(set) var ranges: [Range<Int>] = []

  var isEmpty: Bool { parts.isEmpty && ranges.isEmpty }

  /// All that is to be read.
  var allRanges: [Range<Int>] { parts.map(\.range) + ranges }

  /// The number of bytes.
  var byteCount: Int {
    parts.reduce(0) { $0 + $1.range.count } + ranges.reduce(0) { $0 + $1.count }
  }

  mutating func add(_ part: Part, _ range: Range<Int>) {
    if known.insert(part).inserted { parts.append((part, range)) }
  }

  mutating func add(_ range: Range<Int>) { if !range.isEmpty { ranges.append(range) } }
}

extension ReadPlan {
  /// Adds what is not at hand of a segment's head and names, and, for payload, of its tables.
  mutating func addSegment(
    _ segment: Int, _ location: Locations.Segment, payload: Bool, of archive: Archive
  ) {
    if archive.map(segment) == nil { add(.head(segment), location.head) }
    if archive.names(segment) == nil { add(.names(segment), location.names) }
    if payload && archive.payload(segment) == nil && location.tableBytes > 0 {
      add(.tables(segment), location.tables)
    }
  }

  /// Adds what `parts` take of a chunk whose index page is not at hand: that page, its ids, and, with
  /// `blocks`, all payload that spans of `groups` may have.
  mutating func addChunk(
    _ map: SegmentMap, _ chunk: Int, _ parts: TraceParts, groups: some Sequence<Int>,
    blocks: Bool
  ) {
    add(map.index(chunk))
    if parts.needsTraceIDs { add(map.traceIDs(chunk)) }
    if parts.contains(.payload) && blocks {
      addPayload(map, chunk: chunk, groups: groups)
    } else if parts.needsSpanIDs {
      for group in groups { add(map.spanIDs(group, chunk)) }
    }
  }

  /// Adds all id pages of a chunk that spans of `groups` have theirs in, and all blocks and HEAVY blocks
  /// that hold its spans of these groups.
  mutating func addPayload(_ map: SegmentMap, chunk: Int, groups: some Sequence<Int>) {
    let table = map.head.groups
    for group in groups {
      add(map.spanIDs(group, chunk))
      for block in table.blocks(of: group, holding: table.spans(group, chunk: chunk)) {
        addBlock(map, group, block)
      }
    }
  }

  /// Adds a block of `group`, and the HEAVY blocks it uses.
  mutating func addBlock(_ map: SegmentMap, _ group: Int, _ block: Int) {
    add(map.block(block))
    let table = map.head.groups
    for heavy in table.heavyBlocks(of: group, holding: table.blocks[block].heavy) {
      add(map.heavyBlock(heavy))
    }
  }
}
