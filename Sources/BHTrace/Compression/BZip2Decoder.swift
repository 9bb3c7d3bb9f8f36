internal import CBZip2

/// Decompresses bzip2 streams.
@safe final class BZip2Decoder: MemberDecoder {
  let name = "bzip2"
  private let library: bht_bzip2
  // libbz2 keeps the address of its stream: it has to stay in one place.
  private let stream: UnsafeMutablePointer<bz_stream>

  /// Throws where the library cannot be loaded.
  init() throws(FormatError) {
    var library = bht_bzip2()
    guard unsafe bht_bzip2_load(&library) == 0 else {
      throw FormatError(
        .unsupported, at: 0,
        "the content is bzip2, and libbz2 is not here to read it; install libbz2-1.0")
    }
    self.library = library
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
  }

  deinit {
    _ = unsafe library.end(stream)
    unsafe stream.deallocate()
  }

  /// The corresponding C function is `BZ2_bzDecompressInit`.
  func reset() throws(FormatError) {
    // A stream without a state has nothing to give back.
    _ = unsafe library.end(stream)
    unsafe stream.pointee = bz_stream()
    guard unsafe library.`init`(stream, 0, 0) == BZ_OK else {
      throw FormatError(.unsupported, at: nil, "bzip2 cannot be set up (out of memory)")
    }
  }

  func decode(_ input: [UInt8], from start: Int, upTo limit: Int) -> MemberStep {
    var result = BZ_OK
    var consumed = 0
    let room = min(limit, 1 << 30)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      unsafe input.withUnsafeBytes { source in
        let available = min(source.count - start, 1 << 30)
        unsafe stream.pointee.next_in = source.baseAddress.map {
          unsafe UnsafeMutableRawPointer(mutating: $0 + start).assumingMemoryBound(to: CChar.self)
        }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?
          .assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        result = unsafe library.decompress(stream)
        consumed = available - Int(unsafe stream.pointee.avail_in)
        count = room - Int(unsafe stream.pointee.avail_out)
      }
    }
    let failure: String? =
      switch result {
      case BZ_OK, BZ_STREAM_END: nil
      case BZ_MEM_ERROR: "out of memory"
      case BZ_DATA_ERROR_MAGIC: "no bzip2 header stands where one has to"
      default: "its bytes are damaged"
      }
    return MemberStep(
      bytes: bytes, consumed: consumed, isMemberEnd: result == BZ_STREAM_END, failure: failure)
  }
}
