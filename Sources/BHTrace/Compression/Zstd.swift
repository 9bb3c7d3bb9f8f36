internal import CZstd

/// Facts about the zstd library in use.
package enum Zstd {
  /// The version of libzstd in use, as "1.5.4".
  package static var version: String {
    unsafe ZSTD_versionString().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// Frames with a larger window (bytes) are refused: 8 MiB.
  static let largestWindowLog: Int32 = 23
}

/// Compresses whole buffers into independent zstd frames; keeps one context, so make one a worker.
///
/// The frames are standard ones without checksum, content size and dictionary id: the archive
/// holds its own CRC-32C and sizes.
@safe package struct ZstdCompressor: ~Copyable {
  private let context: OpaquePointer
  private let dictionary: OpaquePointer?

  /// A compressor of `level` (1...22); `dictionary` is raw or trained content, empty for none.
  ///
  /// The corresponding C functions are `ZSTD_createCCtx` and `ZSTD_createCDict`.
  package init(level: Int, dictionary content: [UInt8] = []) {
    guard let context = unsafe ZSTD_createCCtx() else {
      preconditionFailure("no memory for a zstd context")
    }
    unsafe self.context = context
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
    if content.isEmpty {
      unsafe dictionary = nil
    } else {
      let made = unsafe content.withUnsafeBytes {
        unsafe ZSTD_createCDict($0.baseAddress, $0.count, Int32(level))
      }
      unsafe dictionary = made
      if let made = unsafe made { unsafe ZSTD_CCtx_refCDict(context, made) }
    }
  }

  deinit {
    unsafe ZSTD_freeCCtx(context)
    unsafe ZSTD_freeCDict(dictionary)
  }

  /// `bytes` as one zstd frame, or nil where that is not shorter.
  ///
  /// The corresponding C function is `ZSTD_compress2`.
  package func compress(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.isEmpty { return nil }
    var result = 0
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
      unsafe bytes.withUnsafeBytes { input in
        result = unsafe ZSTD_compress2(
          context, output.baseAddress, output.count, input.baseAddress, input.count)
      }
      count = ZSTD_isError(result) != 0 ? 0 : result
    }
    return frame.isEmpty || frame.count >= bytes.count ? nil : frame
  }
}

/// What a compressor was given beside the bytes, ready for decompressors of any number of threads.
@safe final class ZstdDictionary: Sendable {
  fileprivate nonisolated(unsafe) let content: OpaquePointer

  /// A dictionary of raw or trained content; nil where that is empty, or is damaged.
  ///
  /// The corresponding C function is `ZSTD_createDDict`; what it makes is only read afterwards.
  init?(_ bytes: [UInt8]) {
    if bytes.isEmpty { return nil }
    let made = unsafe bytes.withUnsafeBytes { unsafe ZSTD_createDDict($0.baseAddress, $0.count) }
    guard let made = unsafe made else { return nil }
    unsafe content = made
  }

  deinit { unsafe ZSTD_freeDDict(content) }
}

/// Decompresses single frames whose decoded size is known; keeps one context, so make one a worker.
@safe struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer
  private let dictionary: ZstdDictionary?

  /// A decompressor; `dictionary` is what the compressor was given, nil for none.
  ///
  /// The corresponding C function is `ZSTD_createDCtx`.
  init(dictionary: ZstdDictionary? = nil) {
    guard let context = unsafe ZSTD_createDCtx() else {
      preconditionFailure("no memory for a zstd context")
    }
    unsafe self.context = context
    self.dictionary = dictionary
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Zstd.largestWindowLog)
    if let dictionary { unsafe ZSTD_DCtx_refDDict(context, dictionary.content) }
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// The `count` bytes the one frame in `frame` holds, or nil where it does not decode to just
  /// that many.
  func decompress(_ frame: RawSpan, count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    return decompress(frame, count: count, into: &bytes) ? bytes : nil
  }

  /// Makes `bytes` the `count` bytes the one frame in `frame` holds, in the memory `bytes` has
  /// already where that is enough; false where the frame does not decode to just that many.
  ///
  /// The corresponding C function is `ZSTD_decompressDCtx`.
  func decompress(_ frame: RawSpan, count: Int, into bytes: inout [UInt8]) -> Bool {
    var result = 0
    bytes.removeAll(keepingCapacity: true)
    bytes.append(addingCapacity: count) { (output: inout OutputSpan<UInt8>) in
      unsafe output.withUnsafeMutableBufferPointer { room, written in
        unsafe frame.withUnsafeBytes { input in
          result = unsafe ZSTD_decompressDCtx(
            context, room.baseAddress, count, input.baseAddress, input.count)
        }
        // What the library says it wrote is no more than the `count` bytes it was given.
        written = ZSTD_isError(result) != 0 ? 0 : result
      }
    }
    return ZSTD_isError(result) == 0 && bytes.count == count
  }
}
