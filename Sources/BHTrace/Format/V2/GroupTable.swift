/// The payload groups of a segment: which blocks and id pages hold which spans.
///
/// Payload and span ids lie by group. Group n is service n of NAMES; the last group is all services
/// from its number on.
///
/// ```
/// GroupTable := groups varint, then packed columns:
///               spans           groups · chunks: spans of the group in the chunk
///               id sizes        groups · chunks: ids and parent ids in the group's page of the
///                               chunk; of irregular ids (SPAN_IDS is LZ4) the bytes of the page
///               blocks          groups: its blocks
///               heavy blocks    groups: its HEAVY blocks
///               block spans     of all blocks in order: spans · 2 + bare
///               block bytes     of all blocks in order
///               block heavy     of all blocks in order: bytes of the group's HEAVY stream they use
///               heavy bytes     of all HEAVY blocks in order, stored
///               heavy raw       of all HEAVY blocks in order, decoded
/// ```
/// BLOCKS has for each group its blocks, then its HEAVY blocks; SPAN_IDS for each group its pages in
/// the order of the chunks. The spans of a group lie in its blocks in the order of the chunks.
struct GroupTable: Sendable, Equatable {
  struct Block: Sendable, Equatable {
    /// Its spans, counted in the group.
    var spans = 0..<0
    /// Where it lies in BLOCKS.
    var stored = 0..<0
    /// Whether the block is its codes and nothing else (`BlockFrame`).
    var isBare = false
    /// The part of the group's HEAVY stream its spans use.
    var heavy = 0..<0
  }

  struct HeavyBlock: Sendable, Equatable {
    /// Where it lies in BLOCKS.
    var stored = 0..<0
    /// The part of the group's HEAVY stream it holds.
    var raw = 0..<0
  }

  /// No segment has more groups.
  static let limit = 256

  /// The number of groups.
  private(set) var count = 0
  /// The number of chunks.
  private(set) var chunkCount = 0
  /// For each group, for each chunk and one more, how many spans of the group come before it.
  private var spanStarts: [UInt32] = []
  /// For each group, for each chunk and one more, where its page starts in SPAN_IDS.
  private var idStarts: [Int] = []
  private(set) var blocks: [Block] = []
  private(set) var heavyBlocks: [HeavyBlock] = []
  /// For each group and one more, its first block and its first HEAVY block.
  private var firstBlocks: [Int] = [0]
  private var firstHeavyBlocks: [Int] = [0]

  /// The group of a service.
  @inline(__always)
  func group(ofService service: Int) -> Int { min(service, count - 1) }

  /// The spans of `group` in `chunk`, counted in the group.
  func spans(_ group: Int, chunk: Int) -> Range<Int> {
    let place = group * (chunkCount + 1) + chunk
    return Int(spanStarts[place])..<Int(spanStarts[place + 1])
  }

  /// How many spans the group has.
  func spanCount(_ group: Int) -> Int { Int(spanStarts[(group + 1) * (chunkCount + 1) - 1]) }

  /// Where the id page of `group` and `chunk` lies in SPAN_IDS; empty where there is none.
  func ids(_ group: Int, chunk: Int) -> Range<Int> {
    let place = group * (chunkCount + 1) + chunk
    return idStarts[place]..<idStarts[place + 1]
  }

  /// Where the id pages of `group` lie in SPAN_IDS.
  func ids(_ group: Int) -> Range<Int> {
    let place = group * (chunkCount + 1)
    return idStarts[place]..<idStarts[place + chunkCount]
  }

  /// The numbers of the group's blocks.
  func blocks(of group: Int) -> Range<Int> { firstBlocks[group]..<firstBlocks[group + 1] }

  /// The numbers of the group's HEAVY blocks.
  func heavyBlocks(of group: Int) -> Range<Int> {
    firstHeavyBlocks[group]..<firstHeavyBlocks[group + 1]
  }

  /// The number of the block of `group` that holds its span number `span`. O(log blocks).
  func block(of group: Int, holding span: Int) -> Int {
    var (low, high) = (firstBlocks[group], firstBlocks[group + 1])
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].spans.upperBound <= span { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The numbers of the blocks of `group` that hold its spans `spans`. O(log blocks).
  func blocks(of group: Int, holding spans: Range<Int>) -> Range<Int> {
    if spans.isEmpty { return 0..<0 }
    let first = block(of: group, holding: spans.lowerBound)
    return first..<(block(of: group, holding: spans.upperBound - 1) + 1)
  }

  /// The spans of one chunk in a block.
  struct Part: Sendable, Equatable {
    var chunk: Int
    /// Its first span, counted in the block.
    var first: Int
  }

  /// The parts of a block of `group`, in order. O(chunks the block reaches over).
  func parts(of group: Int, block: Block) -> [Part] {
    var parts: [Part] = []
    var chunk = self.chunk(of: group, holding: block.spans.lowerBound)
    while chunk < chunkCount {
      let spans = spans(group, chunk: chunk)
      if spans.lowerBound >= block.spans.upperBound { break }
      let part = spans.clamped(to: block.spans)
      if !part.isEmpty {
        parts.append(Part(chunk: chunk, first: part.lowerBound - block.spans.lowerBound))
      }
      chunk += 1
    }
    return parts
  }

  /// The first chunk that holds the group's span number `span`. O(log chunks).
  private func chunk(of group: Int, holding span: Int) -> Int {
    let base = group * (chunkCount + 1)
    var (low, high) = (0, chunkCount)
    while low < high {
      let middle = (low + high) / 2
      if Int(spanStarts[base + middle + 1]) <= span { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The numbers of the HEAVY blocks of `group` that hold `range` of its HEAVY stream.
  func heavyBlocks(of group: Int, holding range: Range<Int>) -> Range<Int> {
    if range.isEmpty { return 0..<0 }
    var (low, high) = (firstHeavyBlocks[group], firstHeavyBlocks[group + 1])
    while low < high {
      let middle = (low + high) / 2
      if heavyBlocks[middle].raw.upperBound <= range.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var end = low
    while end < firstHeavyBlocks[group + 1] && heavyBlocks[end].raw.lowerBound < range.upperBound {
      end += 1
    }
    return low..<end
  }

  /// No groups of `chunks` chunks.
  init(chunks: Int = 0) { chunkCount = chunks }

  // MARK: Writing

  /// A block as the writer made it.
  struct MadeBlock: Sendable {
    var spans: Int
    var stored: Int
    var isBare: Bool
    var heavy: Int
  }

  /// Adds a group: for each chunk its spans and the stored bytes of its id page, its blocks, and the
  /// stored and decoded lengths of its HEAVY blocks.
  mutating func append(
    spans: [Int], idBytes: [Int], blocks made: [MadeBlock], heavyBlocks heavy: [(Int, raw: Int)]
  ) {
    append(spans.map { UInt64($0) }, idBytes: idBytes)
    for block in made {
      append(spans: block.spans, stored: block.stored, isBare: block.isBare, heavy: block.heavy)
    }
    firstBlocks.append(blocks.count)
    for (stored, raw) in heavy { appendHeavy(stored: stored, raw: raw) }
    firstHeavyBlocks.append(heavyBlocks.count)
    count += 1
  }

  private mutating func append(_ spans: [UInt64], idBytes: [Int]) {
    var total: UInt32 = 0
    spanStarts.append(0)
    for value in spans {
      total += UInt32(truncatingIfNeeded: value)
      spanStarts.append(total)
    }
    var end = idStarts.last ?? 0
    idStarts.append(end)
    for bytes in idBytes {
      end += bytes
      idStarts.append(end)
    }
  }

  /// Where what comes next in BLOCKS starts.
  private var storedEnd: Int {
    max(blocks.last?.stored.upperBound ?? 0, heavyBlocks.last?.stored.upperBound ?? 0)
  }

  private mutating func append(spans: Int, stored: Int, isBare: Bool, heavy: Int) {
    let isFirst = blocks.count == firstBlocks[firstBlocks.count - 1]
    let last = isFirst ? Block() : blocks[blocks.count - 1]
    let start = storedEnd
    blocks.append(
      Block(
        spans: last.spans.upperBound..<(last.spans.upperBound + spans),
        stored: start..<(start + stored), isBare: isBare,
        heavy: last.heavy.upperBound..<(last.heavy.upperBound + heavy)))
  }

  private mutating func appendHeavy(stored: Int, raw: Int) {
    let isFirst = heavyBlocks.count == firstHeavyBlocks[firstHeavyBlocks.count - 1]
    let begin = isFirst ? 0 : heavyBlocks[heavyBlocks.count - 1].raw.upperBound
    let start = storedEnd
    heavyBlocks.append(
      HeavyBlock(stored: start..<(start + stored), raw: begin..<(begin + raw)))
  }

  func encode(idsAreRegular: Bool, to writer: inout ByteWriter) {
    writer.varint(count)
    func cells(_ value: (_ group: Int, _ chunk: Int) -> Int) -> [UInt64] {
      var cells: [UInt64] = []
      cells.reserveCapacity(count * chunkCount)
      for group in 0..<count {
        for chunk in 0..<chunkCount { cells.append(UInt64(value(group, chunk))) }
      }
      return cells
    }
    let groups = 0..<count
    let columns: [[UInt64]] = [
      cells { spans($0, chunk: $1).count },
      cells { group, chunk in
        let bytes = ids(group, chunk: chunk).count
        return idsAreRegular && bytes > 0 ? (bytes - Page.overhead) / 8 : bytes
      },
      groups.map { UInt64(blocks(of: $0).count) },
      groups.map { UInt64(heavyBlocks(of: $0).count) },
      blocks.map { UInt64($0.spans.count << 1 | ($0.isBare ? 1 : 0)) },
      blocks.map { UInt64($0.stored.count) },
      blocks.map { UInt64($0.heavy.count) },
      heavyBlocks.map { UInt64($0.stored.count) },
      heavyBlocks.map { UInt64($0.raw.count) },
    ]
    for column in columns { PackedColumn.encode(column, to: &writer) }
  }

  // MARK: Reading

  /// Reads the table of a segment whose BLOCKS and SPAN_IDS have so many bytes.
  static func decode(
    from cursor: inout ByteCursor, chunks: [Chunk], blockBytes: Int, idBytes: Int,
    idsAreRegular: Bool
  ) throws(FormatError) -> GroupTable {
    let at = cursor.base + cursor.position
    func fail(_ what: String) -> FormatError { FormatError(.outOfBounds, at: at, what) }
    let count = try cursor.count(upTo: limit, "the number of payload groups")
    let cells = count * chunks.count
    try PackedColumn.require(2 * cells, in: cursor, "payload groups")
    let spans = try PackedColumn.decode(count: cells, from: &cursor)
    var ids = try PackedColumn.decode(count: cells, from: &cursor)
    let blockCounts = try PackedColumn.decode(count: count, from: &cursor)
    let heavyCounts = try PackedColumn.decode(count: count, from: &cursor)
    let most = UInt64(cursor.remaining / 3 + 1) * UInt64(PackedColumn.runLength)
    func total(_ counts: [UInt64]) throws(FormatError) -> Int {
      var sum: UInt64 = 0
      for value in counts {
        guard value <= most, sum + value <= most else {
          throw fail("a segment is said to have more blocks than its HEAD can list")
        }
        sum += value
      }
      return Int(sum)
    }
    let (blockTotal, heavyTotal) = (try total(blockCounts), try total(heavyCounts))
    try PackedColumn.require(3 * blockTotal + 2 * heavyTotal, in: cursor, "blocks")
    let blockSpans = try PackedColumn.decode(count: blockTotal, from: &cursor)
    let blockStored = try PackedColumn.decode(count: blockTotal, from: &cursor)
    let blockHeavy = try PackedColumn.decode(count: blockTotal, from: &cursor)
    let heavyStored = try PackedColumn.decode(count: heavyTotal, from: &cursor)
    let heavyRaw = try PackedColumn.decode(count: heavyTotal, from: &cursor)
    // What is left for the values to come.
    var left = (ids: idBytes, blocks: blockBytes, spans: 0)
    func take(_ value: UInt64, _ left: inout Int, _ what: String) throws(FormatError) -> Int {
      guard value <= UInt64(max(left, 0)) else {
        throw fail("\(what) of a payload group add up to more than there is")
      }
      left -= Int(value)
      return Int(value)
    }
    var table = GroupTable(chunks: chunks.count)
    table.spanStarts.reserveCapacity(count * (chunks.count + 1))
    table.idStarts.reserveCapacity(count * (chunks.count + 1))
    var chunkSpans = chunks.map(\.spans)
    var (nextBlock, nextHeavy) = (0, 0)
    for group in 0..<count {
      let range = (group * chunks.count)..<((group + 1) * chunks.count)
      left.spans = 0
      for (chunk, cell) in range.enumerated() {
        left.spans += try take(spans[cell], &chunkSpans[chunk], "the spans")
        if idsAreRegular && ids[cell] > 0 {
          guard ids[cell] <= UInt64(idBytes) else { throw fail("an id page is over its section") }
          ids[cell] = ids[cell] * 8 + UInt64(Page.overhead)
        }
      }
      var pages: [Int] = []
      for cell in range { pages.append(try take(ids[cell], &left.ids, "the ids")) }
      table.append(Array(spans[range]), idBytes: pages)
      // The HEAVY stream first: blocks may use no more than there is.
      var heavyBytes = 0
      for index in nextHeavy..<(nextHeavy + Int(heavyCounts[group])) {
        guard heavyRaw[index] <= UInt64(Limits.blockBytes) else {
          throw fail("a HEAVY block is said to hold \(heavyRaw[index]) bytes")
        }
        heavyBytes += Int(heavyRaw[index])
      }
      for index in nextBlock..<(nextBlock + Int(blockCounts[group])) {
        table.append(
          spans: try take(blockSpans[index] >> 1, &left.spans, "the spans of blocks"),
          stored: try take(blockStored[index], &left.blocks, "the bytes of blocks"),
          isBare: blockSpans[index] & 1 == 1,
          heavy: try take(blockHeavy[index], &heavyBytes, "the HEAVY bytes of blocks"))
      }
      nextBlock += Int(blockCounts[group])
      table.firstBlocks.append(table.blocks.count)
      for index in nextHeavy..<(nextHeavy + Int(heavyCounts[group])) {
        table.appendHeavy(
          stored: try take(heavyStored[index], &left.blocks, "the bytes of HEAVY blocks"),
          raw: Int(heavyRaw[index]))
      }
      nextHeavy += Int(heavyCounts[group])
      table.firstHeavyBlocks.append(table.heavyBlocks.count)
      table.count += 1
      guard left.spans == 0, heavyBytes == 0 else {
        throw fail("the blocks of a payload group do not hold all its spans and HEAVY bytes")
      }
    }
    guard left.ids == 0, left.blocks == 0, chunkSpans.allSatisfy({ $0 == 0 }) else {
      throw fail("the payload groups of a segment do not add up to its chunks and sections")
    }
    return table
  }
}
