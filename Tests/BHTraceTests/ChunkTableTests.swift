import Testing

@testable import BHTrace

struct ChunkTableTests {
  private func chunks() -> [Chunk] {
    (1...600).map { number in
      Chunk(
        traces: 1 + number % 3, spans: 500 + number % 7,
        start: number == 5 ? 0 : UInt64(number) * 1_000_000_007,
        traceIDBytes: 5 + number % 11, spanIDBytes: 5 + 8 * 500, indexBytes: 1000 + number,
        indexRaw: 2500 - number, blockBytes: number % 2 * 70_000)
    }
  }

  private func encoded(_ chunks: [Chunk]) -> [UInt8] {
    var writer = ByteWriter()
    ChunkTable.encode(chunks, to: &writer)
    return writer.bytes
  }

  private func decode(_ bytes: [UInt8], traces: Int, spans: Int, length: Int) throws -> [Chunk] {
    var cursor = ByteCursor(bytes.rawSpan)
    let chunks = try ChunkTable.decode(
      from: &cursor, traces: traces, spans: spans, segmentLength: length)
    let isAtEnd = cursor.isAtEnd
    #expect(isAtEnd)
    return chunks
  }

  @Test func chunksComeBack() throws {
    let chunks = chunks()
    let bytes = encoded(chunks)
    #expect(
      try decode(bytes, traces: 1 << 20, spans: 1 << 20, length: 1 << 30) == chunks)
    #expect(bytes.count < chunks.count * 14)
    #expect(try decode(encoded([]), traces: 0, spans: 0, length: 0) == [])
  }

  @Test func chunksThatHoldMoreThanTheirSegmentAreRefused() {
    let bytes = encoded(chunks())
    for (traces, spans, length) in [
      (1000, 1 << 20, 1 << 30), (1 << 20, 300_000, 1 << 30), (1 << 20, 1 << 20, 1 << 20),
    ] {
      #expect(throws: FormatError.self) {
        try decode(bytes, traces: traces, spans: spans, length: length)
      }
    }
  }

  @Test func aLyingCountTakesNoMemory() {
    // 2^40 chunks in columns of no bits.
    var writer = ByteWriter()
    writer.varint(1 << 40)
    writer.append([UInt8](repeating: 0, count: 300))
    #expect(throws: FormatError.self) {
      try decode(writer.bytes, traces: .max >> 16, spans: .max >> 16, length: .max >> 16)
    }
  }
}
