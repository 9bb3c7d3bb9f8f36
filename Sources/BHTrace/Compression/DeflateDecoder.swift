internal import CZlib

/// Decompresses gzip members and zlib streams.
@safe final class DeflateDecoder: MemberDecoder {
  /// What stands around the deflated bytes.
  enum Wrapper { case gzip, zlib }

  let name: String
  // zlib keeps the address of its stream: it has to stay in one place.
  private let stream: UnsafeMutablePointer<z_stream>

  /// The corresponding C function is `inflateInit2`.
  init(_ wrapper: Wrapper) throws(FormatError) {
    name = wrapper == .gzip ? "gzip" : "zlib"
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, and 16 for gzip headers rather than zlib's.
    guard unsafe bht_inflateInit2(stream, wrapper == .gzip ? 31 : 15) == Z_OK else {
      unsafe stream.deallocate()
      throw FormatError(.unsupported, at: nil, "zlib cannot be set up (out of memory)")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Whether `bytes` begin with the header of a zlib stream without a dictionary, and what follows
  /// it can be inflated as far as it goes: two bytes alone are too little to go by.
  static func isZlib(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 2, bytes[0] == 0x78, bytes[1] & 0x20 == 0,
      (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
      let decoder = try? DeflateDecoder(.zlib)
    else { return false }
    let step = decoder.decode(bytes, from: 0, upTo: 1 << 12)
    return step.failure == nil && (step.isMemberEnd || !step.bytes.isEmpty)
  }

  func reset() { _ = unsafe inflateReset(stream) }

  func decode(_ input: [UInt8], from start: Int, upTo limit: Int) -> MemberStep {
    var result = Z_OK
    var consumed = 0
    let room = min(limit, 1 << 30)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      unsafe input.withUnsafeBufferPointer { source in
        let available = min(source.count - start, 1 << 30)
        unsafe stream.pointee.next_in = source.baseAddress.map {
          unsafe UnsafeMutablePointer(mutating: $0 + start)
        }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        result = unsafe inflate(stream, Z_NO_FLUSH)
        consumed = available - Int(unsafe stream.pointee.avail_in)
        count = room - Int(unsafe stream.pointee.avail_out)
      }
    }
    var failure: String?
    if result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR {
      if let message = unsafe stream.pointee.msg {
        failure = unsafe String(cString: message)
      } else {
        failure = "zlib error \(result)"
      }
    }
    return MemberStep(
      bytes: bytes, consumed: consumed, isMemberEnd: result == Z_STREAM_END, failure: failure)
  }
}
