import Testing

@testable import BHTrace

struct ChecksumTests {
  @Test func checkValuesAreThePublishedOnes() {
    let digits = Array("123456789".utf8)
    #expect(Checksum.crc32c(digits) == 0xE306_9283)
    #expect(Checksum.crc16(digits.rawSpan) == 0x29B1)
    #expect(Checksum.crc32c([]) == 0)
  }

  @Test func crc32cIsTheSameByteByByteAndEightAtATime() {
    // RFC 3720, appendix B.4.
    #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(Checksum.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(Checksum.crc32c((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(Checksum.crc32c((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
  }

  @Test(arguments: 0..<40)
  func crc32cByTableIsThatOfTheProcessor(_ count: Int) {
    let bytes = (0..<(count + 3)).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
    for first in 0..<4 {
      let part = bytes.rawSpan.extracting(first..<max(first, count))
      #expect(Checksum.crc32cByTable(part) == Checksum.crc32c(part))
    }
    #expect(Checksum.crc32cByTable("123456789".utf8Span.span.bytes) == 0xE306_9283)
  }
}
