/// Decompresses one member of a compressed stream: a gzip member, an xz stream, an LZ4 frame.
protocol MemberDecoder: AnyObject {
  /// What the compression is called.
  var name: String { get }

  /// Makes ready for the next member. Throws where there is no memory for it.
  func reset() throws(FormatError)

  /// Decodes what it can of `input` from index `start` on, into at most `limit` bytes.
  func decode(_ input: [UInt8], from start: Int, upTo limit: Int) -> MemberStep
}

/// What one call of a decoder achieved.
struct MemberStep {
  /// What was decoded.
  var bytes: [UInt8]
  /// How many bytes of the input were used.
  var consumed: Int
  /// Whether the member ends here.
  var isMemberEnd: Bool
  /// Why it cannot go on.
  var failure: String?
}

/// Decompresses one member or several, end to end; zero bytes after a member are padding.
///
/// Damage throws `FormatError` with the offset in the compressed bytes, after everything before it
/// was handed out.
final class MemberStream: ByteStream {
  private var input: StreamInput
  private let decoder: any MemberDecoder
  private var isInsideMember = false
  // A full buffer may hide more output that needs no further input: only a call that leaves room
  // says that the input is used up.
  private var mayHoldOutput = false
  private var pending: FormatError?

  /// Decompresses what comes from `source` with `decoder`.
  init(_ source: any ByteStream, _ decoder: any MemberDecoder) {
    input = StreamInput(source)
    self.decoder = decoder
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    if let pending { throw pending }
    while true {
      let hasInput = try input.fill()
      if !isInsideMember {
        guard hasInput else { return [] }
        if input.chunk[input.used] == 0 && input.offset > 0 {
          input.advance(1)
          continue
        }
        try decoder.reset()
        isInsideMember = true
      } else if !hasInput && !mayHoldOutput {
        throw FormatError(
          .truncated, at: input.offset, "the \(decoder.name) data ends inside a member")
      }
      var step = decoder.decode(input.chunk, from: input.used, upTo: limit)
      input.advance(step.consumed)
      isInsideMember = !step.isMemberEnd
      mayHoldOutput = isInsideMember && step.bytes.count == limit
      if hasInput && step.consumed == 0 && step.bytes.isEmpty && !step.isMemberEnd
        && step.failure == nil
      {
        step.failure = "it does not go on"
      }
      if let failure = step.failure {
        let error = FormatError(
          .invalid, at: input.offset,
          "the \(decoder.name) data cannot be decompressed: \(failure)")
        pending = error
        if step.bytes.isEmpty { throw error }
      }
      if !step.bytes.isEmpty { return step.bytes }
    }
  }
}
