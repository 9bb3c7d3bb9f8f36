internal import CZstd

/// Decompresses zstd: one frame or many, skippable ones among them. Windows up to 128 MiB.
///
/// Damage throws `FormatError` with the offset in the compressed bytes, after everything before it
/// was handed out.
final class ZstdStream: ByteStream {
  private var input: StreamInput
  private var context: DecompressContext
  private var isInsideFrame = false
  private var pending: FormatError?

  /// Frames that need a larger window than 2 to the power of this are refused.
  static let largestWindowLog: Int32 = 27

  /// Decompresses what comes from `source`.
  init(_ source: any ByteStream) throws(FormatError) {
    input = StreamInput(source)
    context = try DecompressContext(windowLog: Self.largestWindowLog)
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    if let pending { throw pending }
    // A full buffer may hide more output that needs no further input: only a call that leaves
    // room says that the input is used up.
    var mayHoldOutput = isInsideFrame
    while true {
      let hasInput = try input.fill()
      if !hasInput && !mayHoldOutput {
        if isInsideFrame {
          throw FormatError(.truncated, at: input.offset, "the zstd data ends inside a frame")
        }
        return []
      }
      let step = context.decompress(input.chunk, from: input.used, upTo: limit)
      input.advance(step.consumed)
      mayHoldOutput = false
      if let failure = step.failure {
        let error = FormatError(
          .invalid, at: input.offset, "the zstd data cannot be decompressed: \(failure)")
        pending = error
        if step.bytes.isEmpty { throw error }
      } else {
        isInsideFrame = !step.isFrameEnd
      }
      if !step.bytes.isEmpty { return step.bytes }
    }
  }
}

/// One decompression context of libzstd. Corresponds to `ZSTD_createDCtx`,
/// `ZSTD_decompressStream`, `ZSTD_freeDCtx`.
@safe private struct DecompressContext: ~Copyable {
  /// What one call achieved.
  struct Step {
    var bytes: [UInt8]
    var consumed: Int
    var isFrameEnd: Bool
    var failure: String?
  }

  private let context: OpaquePointer

  init(windowLog: Int32) throws(FormatError) {
    guard let made = unsafe ZSTD_createDCtx() else {
      throw FormatError(.unsupported, at: nil, "zstd cannot be set up (out of memory)")
    }
    unsafe context = made
    _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLog)
  }

  deinit { _ = unsafe ZSTD_freeDCtx(context) }

  mutating func decompress(_ input: [UInt8], from start: Int, upTo limit: Int) -> Step {
    var result = 0
    var consumed = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      unsafe input.withUnsafeBytes { source in
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: start)
        var to = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: limit, pos: 0)
        result = unsafe ZSTD_decompressStream(context, &to, &from)
        consumed = unsafe from.pos - start
        count = unsafe to.pos
      }
    }
    let failure =
      ZSTD_isError(result) == 0 ? nil : unsafe String(cString: ZSTD_getErrorName(result))
    return Step(
      bytes: bytes, consumed: consumed, isFrameEnd: result == 0, failure: failure)
  }
}
