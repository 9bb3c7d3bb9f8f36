internal import CZstd

/// Facts about the zstd library in use.
public enum Zstd {
  /// The version of libzstd in use, as "1.5.4".
  public static var version: String {
    unsafe ZSTD_versionString().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// Frames with a larger window (bytes) are refused: 8 MiB.
  static let largestWindowLog: Int32 = 23
}

/// Compresses whole buffers into independent zstd frames; keeps one context, so make one a worker.
///
/// The frames are standard ones without checksum, content size and dictionary id: the archive
/// holds its own CRC-32C and sizes.
@safe struct ZstdCompressor: ~Copyable {
  private let context: OpaquePointer
  private let dictionary: OpaquePointer?

  /// A compressor of `level` (1...22); `dictionary` is raw or trained content, empty for none.
  ///
  /// The corresponding C functions are `ZSTD_createCCtx` and `ZSTD_createCDict`.
  init(level: Int, dictionary content: [UInt8] = []) {
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
  func compress(_ bytes: [UInt8]) -> [UInt8]? {
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

/// Decompresses single frames whose decoded size is known; keeps one context.
@safe struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer
  private let dictionary: OpaquePointer?

  /// A decompressor; `dictionary` is what the compressor was given, empty for none.
  ///
  /// The corresponding C functions are `ZSTD_createDCtx` and `ZSTD_createDDict`.
  init(dictionary content: [UInt8] = []) {
    guard let context = unsafe ZSTD_createDCtx() else {
      preconditionFailure("no memory for a zstd context")
    }
    unsafe self.context = context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Zstd.largestWindowLog)
    if content.isEmpty {
      unsafe dictionary = nil
    } else {
      let made = unsafe content.withUnsafeBytes {
        unsafe ZSTD_createDDict($0.baseAddress, $0.count)
      }
      unsafe dictionary = made
      if let made = unsafe made { unsafe ZSTD_DCtx_refDDict(context, made) }
    }
  }

  deinit {
    unsafe ZSTD_freeDCtx(context)
    unsafe ZSTD_freeDDict(dictionary)
  }

  /// The `count` bytes the one frame in `frame` holds, or nil where it does not decode to just
  /// that many.
  ///
  /// The corresponding C function is `ZSTD_decompressDCtx`.
  func decompress(_ frame: RawSpan, count: Int) -> [UInt8]? {
    var result = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe frame.withUnsafeBytes { input in
        result = unsafe ZSTD_decompressDCtx(
          context, output.baseAddress, count, input.baseAddress, input.count)
      }
      initialized = ZSTD_isError(result) != 0 ? 0 : result
    }
    return ZSTD_isError(result) == 0 && bytes.count == count ? bytes : nil
  }
}
