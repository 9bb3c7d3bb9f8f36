internal import Dispatch
internal import Synchronization

/// The decoding of a piece of a message, now or ahead of time.
final class OTLPPieceDecoding: Sendable {
  /// What a piece is decoded to.
  struct Decoded: Sendable {
    var batch: SpanBatch
    /// The number of groups in the form used before OTLP 0.19.
    var olderScopeGroups: Int
  }

  /// What is decoded.
  let piece: OTLPMessageSplitter.Piece
  private let isTaken = Atomic(false)
  private let outcome = Mutex<Result<Decoded, FormatError>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(_ piece: OTLPMessageSplitter.Piece) { self.piece = piece }

  /// Has another thread decode, as soon as one is free.
  func start() {
    if !Parallel.canStartThreads { return }
    DispatchQueue.global().async {
      if self.decodeUnlessTaken() { self.done.signal() }
    }
  }

  /// What came out: decodes here where no other thread has begun, else waits for it. To be asked
  /// once.
  func result() -> Result<Decoded, FormatError> {
    if !decodeUnlessTaken() { done.wait() }
    return outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome ?? .failure(FormatError(.invalid, at: piece.offset, "asked for twice"))
    }
  }

  private func decodeUnlessTaken() -> Bool {
    if isTaken.exchange(true, ordering: .relaxed) { return false }
    let result: Result<Decoded, FormatError>
    do throws(FormatError) {
      var older = 0
      let batch = try OTLPProtobufReader.decode(
        message: piece.bytes, offset: piece.offset, olderScopeGroups: &older)
      result = .success(Decoded(batch: batch, olderScopeGroups: older))
    } catch {
      result = .failure(error)
    }
    outcome.withLock { $0 = result }
    return true
  }
}
