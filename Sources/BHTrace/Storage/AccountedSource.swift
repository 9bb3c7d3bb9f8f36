internal import Synchronization

/// Reads ranges of a source, the near ones together, and counts what was really asked for.
///
/// One call of `readRound` is one dependent round: the requests in it could go out at the same
/// time. Bytes that opening read, of the head or the tail, are kept and answered from memory.
///
/// After opening, several threads may read rounds and count at once: what is kept does not change
/// any more, and the counters have a lock.
final class AccountedSource: @unchecked Sendable {
  /// Where the bytes are.
  let source: any ByteSource
  private let counted: Mutex<ReadStats>
  private var keptStart = 0
  private var kept: [UInt8] = []
  private let opened: ContinuousClock.Instant

  /// A source with nothing read.
  init(_ source: any ByteSource) {
    self.source = source
    counted = Mutex(ReadStats(fileSize: source.byteCount))
    opened = ContinuousClock.now
  }

  /// All that was read so far.
  var stats: ReadStats { counted.withLock { $0 } }

  /// Whether the tail was read.
  var hasTail: Bool { !kept.isEmpty && keptStart + kept.count == byteCount }

  /// The number of bytes there are.
  var byteCount: Int { source.byteCount }

  /// Reads the first bytes of the source, `count` or all there are, and keeps them until a tail is
  /// read. Who reads them again (to see what kind of file this is, then to read it) pays once.
  func readHead(_ count: Int) throws -> [UInt8] {
    let count = min(count, byteCount)
    if keptStart == 0 && kept.count >= count { return Array(kept[..<count]) }
    kept = try request(0..<count)
    keptStart = 0
    counted.withLock { $0.rounds += 1 }
    return kept
  }

  /// Reads the last bytes of the source, at least `minimum` and as many as the source likes to
  /// read at a guess, and keeps them. Returns where they start.
  func readTail(minimum: Int) throws -> Int {
    let count = min(byteCount, max(minimum, source.tailGuess))
    kept = try request((byteCount - count)..<byteCount)
    keptStart = byteCount - count
    counted.withLock { $0.rounds += 1 }
    return keptStart
  }

  /// Reads `ranges`, each inside the source, in one round. The answers are in the order of the
  /// ranges. Empty ranges and those inside the kept bytes cost nothing.
  func readRound(_ ranges: [Range<Int>]) throws -> [[UInt8]] {
    var answers = [[UInt8]](repeating: [], count: ranges.count)
    var wanted: [Int] = []
    for (index, range) in ranges.enumerated() where !range.isEmpty {
      guard range.lowerBound >= 0 && range.upperBound <= byteCount else {
        throw FormatError(
          .outOfBounds, at: max(0, min(range.lowerBound, byteCount)),
          "a part of the file is said to lie at \(range.lowerBound)..<\(range.upperBound), "
            + "but the file has \(byteCount) bytes")
      }
      if range.lowerBound >= keptStart && range.upperBound <= keptStart + kept.count {
        answers[index] = Array(
          kept[(range.lowerBound - keptStart)..<(range.upperBound - keptStart)])
      } else {
        wanted.append(index)
      }
    }
    if wanted.isEmpty { return answers }
    wanted.sort { (ranges[$0].lowerBound, $0) < (ranges[$1].lowerBound, $1) }
    // What of a range lies in the kept tail is not read again.
    let missing = wanted.map { index in
      let range = ranges[index]
      let isOverlapping =
        range.lowerBound < keptStart && range.upperBound > keptStart
        && range.upperBound <= keptStart + kept.count
      return isOverlapping ? range.lowerBound..<keptStart : range
    }
    var first = 0
    while first < wanted.count {
      var joined = missing[first]
      var next = first + 1
      while next < wanted.count
        && missing[next].lowerBound <= joined.upperBound + source.coalescingGap
      {
        joined = joined.lowerBound..<max(joined.upperBound, missing[next].upperBound)
        next += 1
      }
      let bytes = try request(joined)
      for place in first..<next {
        let (range, part) = (ranges[wanted[place]], missing[place])
        var answer =
          part == joined
          ? bytes
          : Array(
            bytes[(part.lowerBound - joined.lowerBound)..<(part.upperBound - joined.lowerBound)])
        if part.upperBound < range.upperBound {
          answer += kept[..<(range.upperBound - keptStart)]
        }
        answers[wanted[place]] = answer
      }
      first = next
    }
    let seconds = seconds
    counted.withLock {
      $0.rounds += 1
      $0.seconds = seconds
    }
    return answers
  }

  /// Reads one range: a round of its own.
  func read(_ range: Range<Int>) throws -> [UInt8] { try readRound([range])[0] }

  /// Counts `blocks` payload blocks and `rawBytes` decoded bytes.
  func count(blocks: Int = 0, rawBytes: Int) {
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

  private func request(_ range: Range<Int>) throws -> [UInt8] {
    let bytes = try source.read(range)
    guard bytes.count == range.count else {
      throw FormatError(
        .truncated, at: range.lowerBound + bytes.count,
        "the input ended after \(bytes.count) of \(range.count) bytes")
    }
    counted.withLock {
      $0.bytesRead += range.count
      $0.requests += 1
    }
    return bytes
  }
}
