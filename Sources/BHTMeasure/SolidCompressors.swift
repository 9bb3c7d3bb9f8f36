import BHTrace
internal import CLzma
internal import CZstd

/// Compresses everything it is given into one stream, as the command-line tools do: what archives
/// are measured against. Takes bytes as they come and keeps none of them.
protocol SolidCompressor: AnyObject {
  /// Bytes that came out so far; all of them after `finish`.
  var byteCount: Int { get }
  /// Time spent compressing.
  var seconds: Double { get }
  /// Takes in the next bytes.
  func write(_ bytes: [UInt8]) throws
  /// Ends the stream.
  func finish() throws
}

/// What `zstd -LEVEL` makes of a file: one frame with content size and checksum.
///
/// The corresponding C function is `ZSTD_compressStream2`.
@safe final class SolidZstd: SolidCompressor {
  private(set) var byteCount = 0
  private(set) var seconds = 0.0
  private let context: OpaquePointer
  private let output: (any ByteSink)?

  /// A frame of `contentSize` bytes (as the tool knows the size of a file); what is compressed
  /// goes to `output`, where there is one.
  init(level: Int, contentSize: Int, output: (any ByteSink)? = nil) throws(FormatError) {
    guard let made = unsafe ZSTD_createCCtx() else {
      throw FormatError(.unsupported, at: nil, "zstd cannot be set up (out of memory)")
    }
    unsafe context = made
    self.output = output
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(contentSize))
  }

  deinit { _ = unsafe ZSTD_freeCCtx(context) }

  func write(_ bytes: [UInt8]) throws { try run(bytes, ZSTD_e_continue) }
  func finish() throws { try run([], ZSTD_e_end) }

  private func run(_ bytes: [UInt8], _ directive: ZSTD_EndDirective) throws {
    var used = 0
    var left = 1
    while directive == ZSTD_e_end ? left != 0 : used < bytes.count {
      let watch = Stopwatch()
      let made = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 17) { room, count in
        unsafe bytes.withUnsafeBytes { source in
          var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: used)
          var to = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
          left = unsafe ZSTD_compressStream2(context, &to, &from, directive)
          used = unsafe from.pos
          count = unsafe to.pos
        }
      }
      seconds += watch.seconds
      guard ZSTD_isError(left) == 0 else {
        throw FormatError(
          .invalid, at: nil,
          "zstd cannot compress: " + (unsafe String(cString: ZSTD_getErrorName(left))))
      }
      byteCount += made.count
      try output?.write(made)
    }
  }
}

/// What `xz -9e` makes of a file. Takes about 700 MB of memory, whatever the size of the input.
///
/// The corresponding C functions are `lzma_easy_encoder` and `lzma_code`.
@safe final class SolidXZ: SolidCompressor {
  private(set) var byteCount = 0
  private(set) var seconds = 0.0
  // liblzma keeps state behind its stream: it has to stay in one place.
  private let stream: UnsafeMutablePointer<lzma_stream>

  /// An empty stream.
  init() throws(FormatError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bht_lzma_stream_init())
    let result = unsafe lzma_easy_encoder(
      stream, 9 | bht_LZMA_PRESET_EXTREME, LZMA_CHECK_CRC64)
    guard result == LZMA_OK else {
      unsafe stream.deallocate()
      throw FormatError(.unsupported, at: nil, "xz cannot be set up (error \(result.rawValue))")
    }
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func write(_ bytes: [UInt8]) throws { try run(bytes, LZMA_RUN) }
  func finish() throws { try run([], LZMA_FINISH) }

  private func run(_ bytes: [UInt8], _ action: lzma_action) throws {
    let watch = Stopwatch()
    defer { seconds += watch.seconds }
    var room = [UInt8](repeating: 0, count: 1 << 17)
    var result = LZMA_OK
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe stream.pointee.next_in = source.baseAddress
      unsafe stream.pointee.avail_in = source.count
      while result == LZMA_OK && (action == LZMA_FINISH || (unsafe stream.pointee.avail_in) > 0) {
        unsafe room.withUnsafeMutableBufferPointer { output in
          unsafe stream.pointee.next_out = output.baseAddress
          unsafe stream.pointee.avail_out = output.count
          result = unsafe lzma_code(stream, action)
          byteCount += output.count - (unsafe stream.pointee.avail_out)
        }
      }
    }
    guard result == LZMA_OK || result == LZMA_STREAM_END else {
      throw FormatError(.invalid, at: nil, "xz cannot compress (error \(result.rawValue))")
    }
  }
}
