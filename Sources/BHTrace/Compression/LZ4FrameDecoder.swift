internal import CLZ4

/// Decompresses LZ4 frames, as the `lz4` program writes them.
@safe final class LZ4FrameDecoder: MemberDecoder {
  let name = "lz4"
  private let context: OpaquePointer

  /// The corresponding C function is `LZ4F_createDecompressionContext`.
  init() throws(FormatError) {
    var made: OpaquePointer?
    let result = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(result) == 0, let made = unsafe made else {
      throw FormatError(.unsupported, at: nil, "lz4 cannot be set up (out of memory)")
    }
    unsafe context = made
  }

  deinit { _ = unsafe LZ4F_freeDecompressionContext(context) }

  func reset() { unsafe LZ4F_resetDecompressionContext(context) }

  func decode(_ input: [UInt8], from start: Int, upTo limit: Int) -> MemberStep {
    var (result, consumed) = (0, 0)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      unsafe input.withUnsafeBytes { source in
        var (used, made) = (source.count - start, limit)
        result = unsafe LZ4F_decompress(
          context, output.baseAddress, &made, source.baseAddress.map { unsafe $0 + start }, &used,
          nil)
        (consumed, count) = (used, made)
      }
    }
    if LZ4F_isError(result) != 0 {
      let failure = unsafe String(cString: LZ4F_getErrorName(result))
      return MemberStep(bytes: [], consumed: 0, isMemberEnd: false, failure: failure)
    }
    return MemberStep(bytes: bytes, consumed: consumed, isMemberEnd: result == 0)
  }
}
