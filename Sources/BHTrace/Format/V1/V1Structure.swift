/// What header and tree of a v1 file say: the spans without their payload, and where that lies.
struct V1Structure: Sendable {
  /// The spans in file order. The arena begins with the bytes of the index, so that ranges into
  /// it are offsets in the file as far as nothing had to be decoded.
  var batch: SpanBatch
  /// The trace's id in the arena.
  var traceID = ByteRange.empty
  /// The header's JSON text in the file.
  var header: Range<Int>
  /// The tree's JSON text in the file.
  var tree: Range<Int>
  /// For each span its payload block, counted from the first payload byte.
  var blocks: [Range<Int>] = []

  /// Offset of the first payload byte in the file.
  var payloadStart: Int { tree.upperBound }

  /// Blocks may overlap, but all together not be larger than this many times the payload: a
  /// small file must not unfold without bound.
  static let overlapLimit = 16
  /// As far as this (bytes) they may always overlap.
  static let overlapAllowance = 64 << 20

  /// Where the payload blocks of `spans` lie in the file, checked to be inside it.
  func blockRanges(
    _ spans: some Sequence<Int>, fileSize: Int
  ) throws(FormatError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var total = 0
    let payloadSize = fileSize - payloadStart
    for span in spans {
      let block = blocks[span]
      guard block.upperBound <= payloadSize else {
        throw FormatError(
          .truncated, at: fileSize,
          "the payload of span \(span) is said to end at byte "
            + "\(UInt64(block.upperBound) + UInt64(payloadStart)), "
            + "but the file ends at byte \(fileSize)")
      }
      total += block.count
      if total > max(Self.overlapAllowance, payloadSize.multipliedSaturating(Self.overlapLimit)) {
        throw FormatError(
          .outOfBounds, at: tree.lowerBound,
          "the payload blocks of the tree add up to more than \(Self.overlapLimit) times the "
            + "payload's \(payloadSize) bytes")
      }
      ranges.append((payloadStart + block.lowerBound)..<(payloadStart + block.upperBound))
    }
    return ranges
  }
}

extension Int {
  fileprivate func multipliedSaturating(_ factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? Int.max : product
  }
}

/// Times of v1 as the model has them: nanoseconds, as near as 64 bits allow.
enum V1Time {
  /// `microseconds` as nanoseconds.
  static func nanoseconds(_ microseconds: Int64) -> Int64 {
    let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (microseconds < 0 ? .min : .max) : product
  }

  /// `microseconds` as nanoseconds; 0 for NaN.
  static func nanoseconds(_ microseconds: Double) -> Int64 {
    let product = (microseconds * 1000).rounded()
    return Int64(exactly: product) ?? (product < 0 ? .min : product > 0 ? .max : 0)
  }

  /// `time` later (or earlier) by `delta`; 0 where that would be negative.
  static func shifted(_ time: UInt64, by delta: Int64) -> UInt64 {
    if delta < 0 { return time > delta.magnitude ? time - delta.magnitude : 0 }
    let (sum, overflow) = time.addingReportingOverflow(UInt64(delta))
    return overflow ? .max : sum
  }

  /// From `start` to `end` in whole microseconds, negative where `end` is the earlier.
  static func microseconds(from start: UInt64, to end: UInt64) -> Int64 {
    end >= start ? Int64((end - start) / 1000) : -Int64((start - end) / 1000)
  }
}
