/// What is doubtful about the spans of an input, counted: ids that are none or not as long as they
/// have to be, and times that can hardly be meant.
struct SpanDoubts: Sendable {
  private(set) var spans = 0
  private(set) var withoutTrace = 0
  private(set) var withoutID = 0
  private(set) var misreadIDs = 0
  private(set) var otherIDs = 0
  private(set) var before2000 = 0
  private(set) var after2100 = 0
  private(set) var longerThanAYear = 0
  /// The earliest start of those before 2000 or after 2100.
  private(set) var oddStart = UInt64.max

  /// 2000-01-01 and 2100-01-01, and the length of a year.
  private static let year2000: UInt64 = 946_684_800_000_000_000
  private static let year2100: UInt64 = 4_102_444_800_000_000_000
  private static let year: UInt64 = 31_556_952_000_000_000

  /// Looks at the spans of `batch`.
  mutating func take(_ batch: SpanBatch) {
    let arena = batch.arena
    for span in batch.spans {
      // A start or end of 0 is not set.
      let isOdd =
        span.start &- 1 < Self.year2000 - 1 || span.end &- 1 < Self.year2000 - 1
        || span.start >= Self.year2100 || span.end &- span.start > Self.year
      if isOdd { takeTimes(span) }
      let isRegular =
        span.traceID.count == 16 && span.spanID.count == 8
        && (span.parentSpanID.count == 8 || span.parentSpanID.count == 0)
        && ByteComparison.prefix(arena, span.spanID) != 0
        && (ByteComparison.prefix(arena, span.traceID) != 0
          || ByteComparison.prefix(arena, ByteRange(offset: span.traceID.offset + 8, count: 8)) != 0)
      if !isRegular { takeIDs(span, arena) }
    }
    spans += batch.spans.count
    for link in batch.links where link.traceID.count != 16 || link.spanID.count != 8 {
      take(OddID.of(arena, link.traceID, width: 16))
      take(OddID.of(arena, link.spanID, width: 8))
    }
  }

  @inline(never)
  private mutating func takeTimes(_ span: SpanRecord) {
    if (span.start > 0 && span.start < Self.year2000) || (span.end > 0 && span.end < Self.year2000)
    {
      before2000 += 1
      if span.start > 0 { oddStart = min(oddStart, span.start) }
    } else if span.start >= Self.year2100 {
      after2100 += 1
      oddStart = min(oddStart, span.start)
    }
    // A start or an end that is not set makes no length.
    if span.start > 0 && span.end > span.start && span.end - span.start > Self.year {
      longerThanAYear += 1
    }
  }

  @inline(never)
  private mutating func takeIDs(_ span: SpanRecord, _ arena: [UInt8]) {
    if span.dialect != .otlp { return }
    let trace = OddID.of(arena, span.traceID, width: 16)
    let id = OddID.of(arena, span.spanID, width: 8)
    if trace == .zero { withoutTrace += 1 } else { take(trace) }
    if id == .zero { withoutID += 1 } else { take(id) }
    // A parent of zeros is none.
    take(OddID.of(arena, span.parentSpanID, width: 8))
  }

  /// Counts an id that is there, and not as long as it has to be.
  private mutating func take(_ odd: OddID?) {
    switch odd {
    case .hexText, .hexAsBase64: misreadIDs += 1
    case .length: otherIDs += 1
    case .zero, nil: break
    }
  }

  /// Whether no start and end lies between 2000 and 2100: then it can be the unit.
  var areAllTimesOdd: Bool { before2000 + after2100 == spans }

  /// The unit that would put the odd times between 2000 and 2100, where they were read as `unit`;
  /// nil where there is none.
  func likelyUnit(readAs unit: InputMending.TimeUnit) -> InputMending.TimeUnit? {
    if oddStart == .max { return nil }
    return InputMending.TimeUnit.allCases.first {
      let time = UInt128(oddStart / unit.step) * UInt128($0.step)
      return $0 != unit && (UInt128(Self.year2000)..<UInt128(Self.year2100)).contains(time)
    }
  }
}
