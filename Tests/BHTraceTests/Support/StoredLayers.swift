/// gzip members and zstd frames that store their content as it is: made without a compressor.
enum StoredLayer {
  /// One gzip member (RFC 1952) of stored blocks.
  static func gzip(_ content: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var rest = content[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(65_535)
      let count = UInt16(block.count)
      out.append(rest.isEmpty ? 1 : 0)
      for part in [count, ~count] { out += [UInt8(part & 255), UInt8(part >> 8)] }
      out += block
    } while !rest.isEmpty
    return out + littleEndian(crc32(content)) + littleEndian(UInt32(content.count))
  }

  /// One zstd frame (RFC 8878) of raw blocks. `windowLog`: 10 to 41.
  static func zstd(_ content: [UInt8], windowLog: Int = 17) -> [UInt8] {
    var out: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, UInt8((windowLog - 10) << 3)]
    var rest = content[...]
    repeat {
      let block = rest.prefix(100_000)
      rest = rest.dropFirst(100_000)
      let header = block.count << 3 | (rest.isEmpty ? 1 : 0)
      out += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16)] + block
    } while !rest.isEmpty
    return out
  }

  /// A zstd frame decoders step over.
  static func skippable(_ content: [UInt8]) -> [UInt8] {
    [0x53, 0x2A, 0x4D, 0x18] + littleEndian(UInt32(content.count)) + content
  }

  static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var table = [UInt32](repeating: 0, count: 256)
    for index in 0..<256 {
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
      table[index] = value
    }
    var state = UInt32.max
    for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 255)] ^ state >> 8 }
    return ~state
  }
}
