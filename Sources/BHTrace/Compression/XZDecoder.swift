internal import CLzma

/// Decompresses xz streams. Dictionaries up to some 190 MiB.
@safe final class XZDecoder: MemberDecoder {
  let name = "xz"
  // liblzma keeps the address of its stream: it has to stay in one place.
  private let stream: UnsafeMutablePointer<lzma_stream>

  /// Streams that need more memory than this (bytes) are refused: `xz -9` needs 65 MiB.
  static let memoryLimit: UInt64 = 192 << 20

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bht_lzma_stream_init())
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  /// The corresponding C function is `lzma_stream_decoder`.
  func reset() throws(FormatError) {
    guard unsafe lzma_stream_decoder(stream, Self.memoryLimit, 0) == LZMA_OK else {
      throw FormatError(.unsupported, at: nil, "liblzma cannot be set up (out of memory)")
    }
  }

  func decode(_ input: [UInt8], from start: Int, upTo limit: Int) -> MemberStep {
    var result = LZMA_OK
    var consumed = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      unsafe input.withUnsafeBufferPointer { source in
        unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_in = source.count - start
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = limit
        result = unsafe lzma_code(stream, LZMA_RUN)
        consumed = source.count - start - Int(unsafe stream.pointee.avail_in)
        count = limit - Int(unsafe stream.pointee.avail_out)
      }
    }
    return MemberStep(
      bytes: bytes, consumed: consumed, isMemberEnd: result == LZMA_STREAM_END,
      failure: failure(result))
  }

  private func failure(_ result: lzma_ret) -> String? {
    switch result {
    // A call without progress is one without input.
    case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: nil
    case LZMA_MEMLIMIT_ERROR:
      "it needs more than \(Self.memoryLimit >> 20) MiB of memory"
    case LZMA_MEM_ERROR: "out of memory"
    case LZMA_FORMAT_ERROR: "no xz header stands where one has to"
    case LZMA_OPTIONS_ERROR: "it has options that this liblzma does not know"
    default: "its bytes are damaged"
    }
  }
}
