import Testing

@testable import BHTrace

struct MessagePackTests {
  @Test(
    arguments: [
      ([0x7F], .int(127)), ([0xE0], .int(-32)), ([0xFF], .int(-1)), ([0xCC, 0xFF], .int(255)),
      ([0xCD, 1, 0], .int(256)), ([0xCE, 0xFF, 0xFF, 0xFF, 0xFF], .int(4_294_967_295)),
      ([0xCF, 0x80, 0, 0, 0, 0, 0, 0, 0], .uint(1 << 63)),
      ([0xCF, 0, 0, 0, 0, 0, 0, 0, 9], .int(9)),
      ([0xD0, 0x80], .int(-128)), ([0xD1, 0xFF, 0xFE], .int(-2)),
      ([0xD2, 0x80, 0, 0, 0], .int(-2_147_483_648)),
      ([0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], .int(.min)),
      ([0xC0], .null), ([0xC2], .bool(false)), ([0xC3], .bool(true)),
      ([0xCA, 0x3F, 0x80, 0, 0], .double(1)),
      ([0xCB, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0], .double(0.5)),
      ([0xA1, 0x61], .text([0x61])), ([0xD9, 1, 0x61], .text([0x61])),
      ([0xDA, 0, 1, 0x61], .text([0x61])), ([0xDB, 0, 0, 0, 1, 0x61], .text([0x61])),
      ([0xC4, 1, 5], .bytes([5])), ([0xC5, 0, 1, 5], .bytes([5])),
      ([0xC6, 0, 0, 0, 1, 5], .bytes([5])), ([0xD4, 1, 5], .other(type: 1, [5])),
      ([0xD5, 0xFF, 5, 6], .other(type: -1, [5, 6])), ([0xC7, 1, 2, 5], .other(type: 2, [5])),
      ([0x93], .array(3)), ([0xDC, 1, 0], .array(256)), ([0xDD, 0, 1, 0, 0], .array(65536)),
      ([0x82], .map(2)), ([0xDE, 0, 3], .map(3)), ([0xDF, 0, 0, 0, 4], .map(4)),
    ] as [([UInt8], MessagePack.Token)])
  func tokensAreRead(bytes: [UInt8], token: MessagePack.Token) throws {
    let pack = MessagePack(BufferedStream(MemoryByteStream(bytes)))
    #expect(try pack.next() == token)
    #expect(try pack.next() == nil)
    for count in 1..<max(2, bytes.count) where count < bytes.count {
      let torn = MessagePack(BufferedStream(MemoryByteStream(Array(bytes.prefix(count)))))
      #expect(throws: FormatError.self) { try torn.next() }
    }
  }

  @Test func lengthsAreNotBelieved() {
    for bytes in [[0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xC6, 0x10, 0, 0, 0], [0xC1]] as [[UInt8]] {
      let pack = MessagePack(BufferedStream(MemoryByteStream(bytes)))
      #expect(throws: FormatError.self) { try pack.next() }
    }
  }
}
