import Testing

@testable import BHTrace

struct ChunkTableTests {
  private func chunks() -> [Chunk] {
    (1...600).map { number in
      var chunk = Chunk(traces: 1 + number % 3, spans: 500 + number % 7)
      if number % 50 == 0 { chunk = Chunk(traces: 0, spans: 4096, piecePosition: number * 4096) }
      if number % 50 == 1 { chunk = Chunk(traces: 1, spans: 4096, piecePosition: 0) }
      chunk.start = number == 5 ? 0 : UInt64(number) * 1_000_000_007
      chunk.traceIDBytes = 5 + number % 11
      chunk.indexBytes = 1000 + number
      chunk.indexRaw = 2500 - number
      return chunk
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
      (1000, 1 << 20, 1 << 30), (1 << 20, 300_000, 1 << 30), (1 << 20, 1 << 20, 1 << 19),
    ] {
      #expect(throws: FormatError.self) {
        try decode(bytes, traces: traces, spans: spans, length: length)
      }
    }
  }

  @Test func aPieceThatHoldsOtherTracesIsRefused() {
    for (traces, position) in [(2, 0), (0, 0), (1, 4096)] {
      let bytes = encoded([Chunk(traces: traces, spans: 10, piecePosition: position)])
      #expect(throws: FormatError.self) {
        try decode(bytes, traces: 100, spans: 100, length: 1 << 20)
      }
    }
  }

  @Test func aPieceHasASlotForTheTraceItGoesOnWith() {
    #expect(Chunk(traces: 0, spans: 1, piecePosition: 4096).slots == 1)
    #expect(Chunk(traces: 1, spans: 1, piecePosition: 0).slots == 1)
    #expect(Chunk(traces: 7, spans: 9).slots == 7)
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
