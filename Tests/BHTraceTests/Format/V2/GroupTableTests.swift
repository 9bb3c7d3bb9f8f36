import Testing

@testable import BHTrace

struct GroupTableTests {
  private struct Made {
    var table: GroupTable
    var chunks: [Chunk]
    var blockBytes = 0
    var idBytes = 0
  }

  /// A table of so many groups and chunks whose blocks hold all there is.
  private func table(
    groups: Int, chunks: Int, regular: Bool, _ random: inout SeededGenerator
  ) -> Made {
    var made = Made(
      table: GroupTable(chunks: chunks), chunks: [Chunk](repeating: Chunk(), count: chunks))
    for _ in 0..<groups {
      let spans = (0..<chunks).map { _ in max(0, Int.random(in: -50...90, using: &random)) }
      for (chunk, count) in spans.enumerated() { made.chunks[chunk].spans += count }
      let ids = spans.map { $0 == 0 ? 0 : 4 + (regular ? 8 * $0 : $0 * 5 + 3) }
      var left = spans.reduce(0, +)
      var heavy = 0
      var blocks: [GroupTable.MadeBlock] = []
      while left > 0 {
        let size = min(left, Int.random(in: 1...80, using: &random))
        let block = GroupTable.MadeBlock(
          spans: size, stored: Int.random(in: 0...5000, using: &random), isBare: size % 5 == 0,
          heavy: size % 3 == 0 ? Int.random(in: 1...70_000, using: &random) : 0)
        left -= size
        heavy += block.heavy
        blocks.append(block)
      }
      var heavyBlocks: [(Int, raw: Int)] = []
      while heavy > 0 {
        let raw = min(heavy, 40_000)
        heavyBlocks.append((raw / 3 + 5, raw: raw))
        heavy -= raw
      }
      made.blockBytes += blocks.reduce(0) { $0 + $1.stored }
      made.blockBytes += heavyBlocks.reduce(0) { $0 + $1.0 }
      made.idBytes += ids.reduce(0, +)
      made.table.append(spans: spans, idBytes: ids, blocks: blocks, heavyBlocks: heavyBlocks)
    }
    return made
  }

  private func decode(
    _ bytes: [UInt8], _ made: Made, regular: Bool
  ) throws -> GroupTable {
    var cursor = ByteCursor(bytes.rawSpan)
    let table = try GroupTable.decode(
      from: &cursor, chunks: made.chunks, blockBytes: made.blockBytes, idBytes: made.idBytes,
      idsAreRegular: regular)
    let isAtEnd = cursor.isAtEnd
    #expect(isAtEnd)
    return table
  }

  @Test(arguments: [(0, 0), (1, 1), (1, 300), (7, 40), (64, 9)])
  func tablesComeBack(groups: Int, chunks: Int) throws {
    var random = SeededGenerator(seed: UInt64(groups * 1000 + chunks))
    for regular in [true, false] {
      let made = table(groups: groups, chunks: chunks, regular: regular, &random)
      var writer = ByteWriter()
      made.table.encode(idsAreRegular: regular, to: &writer)
      #expect(try decode(writer.bytes, made, regular: regular) == made.table)
    }
  }

  @Test func everySpanIsFoundInItsBlock() {
    var random = SeededGenerator(seed: 8)
    let table = table(groups: 5, chunks: 12, regular: true, &random).table
    var end = 0
    for group in 0..<5 {
      let blocks = table.blocks(of: group)
      for number in blocks {
        let block = table.blocks[number]
        for span in block.spans { #expect(table.block(of: group, holding: span) == number) }
        #expect(block.stored.lowerBound == end)
        end = block.stored.upperBound
      }
      // The HEAVY blocks of a group lie behind its blocks.
      for number in table.heavyBlocks(of: group) {
        #expect(table.heavyBlocks[number].stored.lowerBound == end)
        end = table.heavyBlocks[number].stored.upperBound
      }
      #expect(table.blocks(of: group, holding: 0..<table.spanCount(group)) == blocks)
      #expect(
        (0..<12).reduce(0) { $0 + table.spans(group, chunk: $1).count } == table.spanCount(group))
    }
  }

  @Test func aTableThatDoesNotAddUpIsRefused() throws {
    var random = SeededGenerator(seed: 3)
    let made = table(groups: 4, chunks: 6, regular: true, &random)
    var writer = ByteWriter()
    made.table.encode(idsAreRegular: true, to: &writer)
    var wrong: [Made] = []
    for change in [-1, 1] {
      var other = made
      other.blockBytes += change
      wrong.append(other)
      other = made
      other.idBytes += change
      wrong.append(other)
      other = made
      other.chunks[3].spans += change
      wrong.append(other)
    }
    for other in wrong {
      #expect(throws: FormatError.self) { try decode(writer.bytes, other, regular: true) }
    }
  }

  @Test func damagedTablesAreRefusedOrHarmless() throws {
    var random = SeededGenerator(seed: 4)
    let made = table(groups: 3, chunks: 5, regular: true, &random)
    var writer = ByteWriter()
    made.table.encode(idsAreRegular: true, to: &writer)
    for position in writer.bytes.indices {
      var bytes = writer.bytes
      bytes[position] ^= UInt8.random(in: 1...255, using: &random)
      var cursor = ByteCursor(bytes.rawSpan)
      let read = try? GroupTable.decode(
        from: &cursor, chunks: made.chunks, blockBytes: made.blockBytes, idBytes: made.idBytes,
        idsAreRegular: true)
      if let read { #expect(read.count == 3 && read.spanCount(0) == made.table.spanCount(0)) }
    }
  }
}
