internal import Synchronization

/// A source as one question reads it: near ranges together, and what was really asked for counted.
///
/// One call of `fetch` is one dependent round: the requests in it could go out at the same time.
/// Bytes of the head or tail that opening read are kept and answered from memory. Several threads may
/// fetch and count at once: what is kept does not change, and the counters have a lock.
package final class AccountedSource: Sendable {
  /// Where the bytes are.
  package let source: any ByteSource
  /// What opening read, which costs nothing any more.
  let kept: Extents
  private let counted: Mutex<ReadStats>
  private let opened: ContinuousClock.Instant

  /// A source with nothing read but `kept`, which took what `stats` says.
  package init(_ source: any ByteSource, kept: Extents = Extents(), stats: ReadStats? = nil) {
    self.source = source
    self.kept = kept
    counted = Mutex(stats ?? ReadStats(fileSize: source.byteCount))
    opened = ContinuousClock.now
  }

  /// All that was read so far.
  package var stats: ReadStats { counted.withLock { $0 } }

  /// The number of bytes there are.
  package var byteCount: Int { source.byteCount }

  /// Reads `ranges`, each inside the source, in one round. Empty ranges and those inside the kept
  /// bytes cost nothing; where all are, it is no round.
  package func fetch(_ ranges: [Range<Int>]) throws -> Extents {
    var extents = kept
    var wanted: [Range<Int>] = []
    for range in ranges where !range.isEmpty {
      guard range.lowerBound >= 0 && range.upperBound <= byteCount else {
        throw FormatError(
          .outOfBounds, at: max(0, min(range.lowerBound, byteCount)),
          "a part of the file is said to lie at \(range.lowerBound)..<\(range.upperBound), "
            + "but the file has \(byteCount) bytes")
      }
      if kept.holds(range) { continue }
      // What of a range lies in the kept tail is not read again.
      let end = kept.startOfRun(reaching: range) ?? range.upperBound
      wanted.append(range.lowerBound..<end)
    }
    if wanted.isEmpty { return extents }
    let joined = Self.joined(wanted, gap: source.coalescingGap)
    let answers = try source.read(joined)
    var bytes = 0
    for (range, answer) in zip(joined, answers) {
      guard answer.count == range.count else {
        throw FormatError(
          .truncated, at: range.lowerBound + answer.count,
          "the input ended after \(answer.count) of \(range.count) bytes")
      }
      bytes += answer.count
    }
    for (range, answer) in zip(joined, answers) { extents.add(answer, at: range.lowerBound) }
    // A range that goes on in the kept bytes is put together.
    for range in ranges where !range.isEmpty && !extents.holds(range) {
      let middle = kept.startOfRun(reaching: range) ?? range.upperBound
      extents.add(
        try extents.bytes(range.lowerBound..<middle) + kept.bytes(middle..<range.upperBound),
        at: range.lowerBound)
    }
    let seconds = seconds
    counted.withLock {
      $0.rounds += 1
      $0.requests += joined.count
      $0.bytesRead += bytes
      $0.seconds = seconds
    }
    return extents
  }

  /// `ranges` in the order of the file, those that overlap or lie nearer than `gap` as one.
  static func joined(_ ranges: [Range<Int>], gap: Int) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound + gap {
        joined[joined.count - 1] =
          last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  /// Reads one range: a round of its own.
  package func read(_ range: Range<Int>) throws -> [UInt8] { try fetch([range]).bytes(range) }

  /// Counts `blocks` payload blocks and `rawBytes` decoded bytes.
  package func count(blocks: Int = 0, rawBytes: Int) {
    let seconds = seconds
    counted.withLock {
      $0.blocksRead += blocks
      $0.rawBytes += rawBytes
      $0.seconds = seconds
    }
  }

  private var seconds: Double {
    let (whole, fraction) = (ContinuousClock.now - opened).components
    return Double(whole) + Double(fraction) * 1e-18
  }
}
