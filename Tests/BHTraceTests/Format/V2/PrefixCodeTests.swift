import Testing

@testable import BHTrace

struct PrefixCodeTests {
  @Test func codesOfDeflatesExampleAreThose() {
    // RFC 1951, 3.2.2: lengths 3 3 3 3 3 2 4 4 give 010 011 100 101 110 00 1110 1111.
    let code = PrefixCode(counts: [10, 10, 10, 10, 10, 20, 5, 5])
    #expect(code.lengths == [3, 3, 3, 3, 3, 2, 4, 4])
    // The bit that comes first is lowest.
    #expect(code.codes() == [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111])
  }

  @Test func lengthsFillTheCodeSpaceAndComeNearTheEntropy() throws {
    var random = SeededGenerator(seed: 11)
    for symbols in [2, 3, 7, 40, 300, 990] {
      var counts = (0..<symbols).map { _ in UInt32.random(in: 0...50, using: &random) }
      counts[0] = 1
      counts[symbols - 1] = 2
      counts[symbols / 2] = 1_000_000
      let code = PrefixCode(counts: counts[...])
      #expect(code.lengths.max() ?? 0 <= 10)
      let space = code.lengths.filter { $0 > 0 }.reduce(0) { $0 + 1 << (10 - Int($1)) }
      #expect(space == 1024)
      #expect(zip(counts, code.lengths).allSatisfy { ($0 > 0) == ($1 > 0) })
      var writer = ByteWriter()
      code.encode(to: &writer)
      var cursor = ByteCursor(writer.bytes.rawSpan)
      let read = try PrefixCode.decode(from: &cursor, limit: 992)
      #expect(read == code)
      let isAtEnd = cursor.isAtEnd
      #expect(isAtEnd)
    }
  }

  @Test func noOtherCodeIsShorter() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<40 {
      let counts = (0..<5).map { _ in UInt32.random(in: 1...100, using: &random) }
      // All ways to fill the code space with five codes.
      var least = Int.max
      for number in 0..<1024 {
        let lengths = (0..<5).map { number >> (2 * $0) & 3 + 1 }
        if lengths.reduce(0, { $0 + 16 >> $1 }) != 16 { continue }
        least = min(least, zip(counts, lengths).reduce(0) { $0 + Int($1.0) * $1.1 })
      }
      #expect(PrefixCode(counts: counts[...]).bits(counts: counts[...]) == least)
    }
  }

  @Test func rareSymbolsGetTenBitsAtMost() {
    // Fibonacci counts make the longest codes.
    var counts: [UInt32] = [1, 1]
    while counts.count < 20 { counts.append(counts[counts.count - 1] + counts[counts.count - 2]) }
    let code = PrefixCode(counts: counts[...])
    #expect(code.lengths.max() == 10)
    #expect(zip(code.lengths, code.lengths.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func oneSymbolTakesNoBits() throws {
    let code = PrefixCode(counts: [0, 0, 7])
    #expect(code.first == 2 && code.lengths == [0])
    #expect(code.bits(counts: [0, 0, 7]) == 0)
  }

  @Test(arguments: [
    // Two codes of one bit and a third; one code of two bits; a code of 11 bits; half a byte too much.
    [0, 3, 0x11, 0x01], [0, 2, 0x20], [0, 2, 0xB1], [0, 3, 0x21, 0xF2], [0, 200], [250, 3],
  ])
  func whatFillsNoCodeSpaceIsRefused(bytes: [UInt8]) {
    #expect(throws: FormatError.self) {
      var cursor = ByteCursor(bytes.rawSpan)
      _ = try PrefixCode.decode(from: &cursor, limit: 130)
    }
  }
}
