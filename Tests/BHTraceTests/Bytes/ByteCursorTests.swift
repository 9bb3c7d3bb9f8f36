import Testing

@testable import BHTrace

struct ByteCursorTests {
  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64.max, UInt64.max >> 1])
  func varintComesBack(value: UInt64) throws {
    var writer = ByteWriter()
    writer.varint(value)
    var cursor = ByteCursor(writer.bytes.span.bytes)
    let (back, left) = (try cursor.varint(), cursor.remaining)
    #expect(back == value)
    #expect(left == 0)
  }

  @Test(arguments: [0, -1, 1, Int64.min, Int64.max])
  func zigzagComesBack(value: Int64) {
    #expect(ZigZag.decode(ZigZag.encode(value)) == value)
  }

  @Test func varintOfMoreThan64BitsIsRefused() {
    let bytes = [UInt8](repeating: 0xFF, count: 9) + [0x02]
    var error: FormatError?
    do throws(FormatError) {
      var cursor = ByteCursor(bytes.span.bytes, base: 100)
      _ = try cursor.varint()
    } catch let thrown { error = thrown }
    #expect(error?.code == .invalid)
    #expect(error?.offset == 100)
  }

  @Test func readingPastTheEndNamesTheOffset() {
    let bytes: [UInt8] = [1, 2, 3]
    var found: FormatError?
    do throws(FormatError) {
      var cursor = ByteCursor(bytes.span.bytes, base: 40)
      _ = try cursor.byte()
      _ = try cursor.uint32()
    } catch { found = error }
    #expect(found?.code == .truncated)
    #expect(found?.offset == 41)
  }

}
