internal import CZlib

/// Decompresses gzip: one member or several, end to end; zero bytes after the last are padding.
///
/// Damage throws `FormatError` with the offset in the compressed bytes, after everything before it
/// was handed out.
final class GzipStream: ByteStream {
  private var input: StreamInput
  private var context: InflateContext
  private var isInsideMember = false
  private var isAtEnd = false
  private var pending: FormatError?

  /// Decompresses what comes from `source`.
  init(_ source: any ByteStream) throws(FormatError) {
    input = StreamInput(source)
    context = try InflateContext()
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    if let pending { throw pending }
    while !isAtEnd {
      guard try input.fill() else {
        if isInsideMember {
          throw FormatError(.truncated, at: input.offset, "the gzip data ends inside a member")
        }
        break
      }
      if !isInsideMember {
        if input.chunk[input.used] == 0 && input.offset > 0 {
          try skipPadding()
          break
        }
        context.reset()
        isInsideMember = true
      }
      let step = context.inflate(input.chunk, from: input.used, upTo: limit)
      input.advance(step.consumed)
      if step.isMemberEnd { isInsideMember = false }
      if let failure = step.failure {
        pending = FormatError(
          .invalid, at: input.offset, "the gzip data cannot be decompressed: \(failure)")
        if step.bytes.isEmpty, let pending { throw pending }
      }
      if !step.bytes.isEmpty { return step.bytes }
    }
    isAtEnd = true
    return []
  }

  private func skipPadding() throws {
    while try input.fill() {
      guard input.chunk[input.used] == 0 else {
        throw FormatError(.invalid, at: input.offset, "bytes that are not gzip follow the padding")
      }
      input.advance(1)
    }
  }
}

/// One inflate state of zlib. Corresponds to `inflateInit2`, `inflate`, `inflateEnd`.
@safe private struct InflateContext: ~Copyable {
  /// What one call achieved.
  struct Step {
    var bytes: [UInt8]
    var consumed: Int
    var isMemberEnd: Bool
    var failure: String?
  }

  // zlib keeps the address of its stream: it has to stay in one place.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(FormatError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, and 16 for gzip headers rather than zlib's.
    guard unsafe bht_inflateInit2(stream, 31) == Z_OK else {
      unsafe stream.deallocate()
      throw FormatError(.unsupported, at: nil, "zlib cannot be set up (out of memory)")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Makes ready for the next member.
  mutating func reset() { _ = unsafe inflateReset(stream) }

  mutating func inflate(_ input: [UInt8], from start: Int, upTo limit: Int) -> Step {
    var result = Z_OK
    var consumed = 0
    let room = min(limit, 1 << 30)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      unsafe input.withUnsafeBufferPointer { source in
        let available = min(source.count - start, 1 << 30)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress! + start)
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        result = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
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
    return Step(
      bytes: bytes, consumed: consumed, isMemberEnd: result == Z_STREAM_END, failure: failure)
  }
}
