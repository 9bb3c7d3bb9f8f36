import Testing

@testable import BHTrace

struct ValueHashTests {
  @Test func hashesAreThoseOfKindKeyAndValue() {
    let key = Array("user.id".utf8)
    let text = Array("u-17".utf8)
    #expect(
      ValueHash(kind: .string, key: key).hash(text) == TraceHash.hash([2] + key + [0xFF] + text))
    #expect(
      ValueHash(kind: .int, key: key).hash(int: UInt64(bitPattern: -2))
        == TraceHash.hash([4] + key + [0xFF, 0xFE] + [UInt8](repeating: 0xFF, count: 7)))
    #expect(ValueHash(.statusMessage).hash(text) == TraceHash.hash([2, 0, 0xFF] + text))
    #expect(ValueHash(kind: .bytes, key: []).hash([]) == TraceHash.hash([6, 0xFF]))
  }

  @Test func partsOfAnArenaHashLikeTheirBytes() {
    let arena = Array("before value after".utf8)
    let hash = ValueHash(kind: .string, key: [1])
    #expect(hash.hash(arena, ByteRange(7, 5)) == hash.hash(Array("value".utf8)))
  }
}
