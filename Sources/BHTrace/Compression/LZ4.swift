internal import CLZ4

/// LZ4 blocks (no frame): the codec of the structure index.
package enum LZ4 {
  /// The version of liblz4 in use, as "1.9.4".
  package static var version: String {
    unsafe LZ4_versionString().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// An LZ4 block can make at most this many bytes of one stored byte.
  package static let largestRatio = 255

  /// `bytes` as one LZ4 block by the high-compression encoder, or nil where that is not shorter.
  ///
  /// The corresponding C function is `LZ4_compress_HC`.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    unsafe encode(bytes) { unsafe LZ4_compress_HC($0, $1, $2, $3, 12) }
  }

  /// `records`, which hold no references, as they lie in memory: as one LZ4 block by the fast encoder, or nil where that is not
  /// shorter. An `acceleration` above 1 trades size for speed.
  ///
  /// The corresponding C function is `LZ4_compress_fast`.
  static func compressFast<Record>(
    _ records: [Record], acceleration: Int32 = 1
  ) -> [UInt8]? {
    unsafe encode(records) { unsafe LZ4_compress_fast($0, $1, $2, $3, acceleration) }
  }

  /// What `encoder` makes of `records`, or nil where that is not shorter. It is given input, output
  /// and their sizes, and answers with the number of bytes written, 0 where there was no room.
  private static func encode<Record>(
    _ records: [Record],
    by encoder: (UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, Int32, Int32) -> Int32
  ) -> [UInt8]? {
    let size = records.count * MemoryLayout<Record>.stride
    guard size > 0, size <= Int(LZ4_MAX_INPUT_SIZE) else { return nil }
    var written: Int32 = 0
    let capacity = size - 1
    let compressed = unsafe [UInt8](unsafeUninitializedCapacity: max(capacity, 1)) {
      output, count in
      unsafe records.withUnsafeBytes { input in
        written = unsafe encoder(
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(input.count), Int32(capacity))
      }
      count = Int(max(written, 0))
    }
    return written > 0 ? compressed : nil
  }

  /// The `count` bytes an LZ4 block was made of, or nil where it does not decode to just that many.
  ///
  /// The corresponding C function is `LZ4_decompress_safe`.
  static func decompress(_ block: RawSpan, count: Int) -> [UInt8]? {
    decompress(block, count: count, of: UInt8.self)
  }

  /// The `count` records an LZ4 block was made of by this process, or nil where it does not decode to
  /// just that many.
  static func decompress<Record>(
    _ block: RawSpan, count: Int, of type: Record.Type
  ) -> [Record]? {
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Record>.stride)
    guard !overflow, size <= Int(Int32.max), block.byteCount <= Int(Int32.max) else { return nil }
    var written: Int32 = -1
    let records = unsafe [Record](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe block.withUnsafeBytes { input in
        written = unsafe LZ4_decompress_safe(
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(input.count), Int32(size))
      }
      initialized = written == Int32(size) ? count : 0
    }
    return written == Int32(size) ? records : nil
  }
}
