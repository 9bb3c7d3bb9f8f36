/// Reads OTLP JSON from a stream: one document, one a line, several end to end, or an array of
/// them, in all the dialects that occur.
///
/// The text passes through a window; a span, resource or scope that does not lie in it as a whole
/// is tried again when more has come. Broken text costs the span it is in, where the brackets
/// around it are sound; otherwise the rest of its record: reading goes on with the next line that
/// begins one.
///
/// Every problem says its line. What is repaired is counted, and so are keys nobody knows, by name.
final class OTLPJSONInput: BatchReader {
  /// Sizes in bytes; not the usual ones in tests only.
  struct Sizes {
    /// A batch is delivered when it is as heavy as this and no group is open.
    var batch = 2 << 20
    /// A batch this heavy is delivered in the middle of a group.
    var mostHeldBack = 256 << 20
    /// The start of a record is kept in the window, to be read again, until it is this far back.
    var record = 1 << 20
    /// A span, resource or scope of more text than this is refused.
    var largestPiece = 256 << 20
    /// So much is asked of the stream at a time, at least.
    var chunk = BufferedStream.chunkSize
  }

  private let stream: BufferedStream
  private let sizes: Sizes
  private var parser: OTLPJSONParser
  private var text: [UInt8] = []
  // Offset of the window in the input.
  private var textOffset: Int
  private var isAtEnd = false
  // Whether the end is that of damage that was reported.
  private var isCutShort = false
  // Where the line ends that is read as a record of its own, in the window.
  private var lineEnd: Int?
  private var lines: LineCount
  // So many of the parser's problems say their line already.
  private var placed = 0

  var timeUnit: InputMending.TimeUnit? = .nanoseconds {
    didSet { parser.builder.timeStep = (timeUnit ?? .nanoseconds).step }
  }

  /// The most bytes the window had room for.
  private(set) var largestWindow = 0

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream, sizes: Sizes = Sizes()) {
    self.stream = stream
    self.sizes = sizes
    textOffset = stream.offset
    lines = LineCount(offset: stream.offset)
    parser = OTLPJSONParser(mostHeldBack: sizes.mostHeldBack)
  }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while true {
      let stop = run()
      try reportProblems(&report)
      switch stop {
      case .batch: return deliver(&report)
      case .end where lineEnd != nil: lineEnd = nil
      case .end:
        let last = deliver(&report)
        return last.spans.isEmpty ? nil : last
      case .failure(let error):
        if needsMore(error) || isTooShortToJudge {
          try refill(&report)
        } else {
          try recover(from: error, &report)
        }
      }
    }
  }

  // MARK: Reading

  /// Why reading stopped.
  private enum Stop {
    case batch, end
    case failure(FormatError)
  }

  /// Reads pieces as far as the window goes.
  private func run() -> Stop {
    let window = text
    let isLast = isAtEnd || lineEnd != nil
    let bytes = window.rawSpan.extracting(0..<(lineEnd ?? window.count))
    do throws(FormatError) {
      while try parser.step(bytes, base: textOffset, isEnd: isLast) {
        if parser.builder.weight >= sizes.batch && parser.canDeliver { return .batch }
      }
      return .end
    } catch {
      parser.undo()
      return .failure(error)
    }
  }

  private func deliver(_ report: inout InputReport) -> SpanBatch {
    parser.builder.repairs.report(to: &report)
    for signal in OtherSignal.allCases {
      report.signals[signal.rawValue] += parser.builder.signals[signal.rawValue]
    }
    parser.builder.signals = OtherSignal.none
    report.messages += parser.documents
    parser.documents = 0
    return parser.takeBatch()
  }

  /// Whether `error` may only say that the window is too small: a character of several bytes
  /// may be cut there as well.
  private func needsMore(_ error: FormatError) -> Bool {
    if isAtEnd || lineEnd != nil { return false }
    if text.count - parser.position > sizes.largestPiece { return false }
    return (error.offset ?? 0) >= textOffset + text.count - 8
  }

  /// Whether what is broken can be told better with more text: where a span or a line ends.
  private var isTooShortToJudge: Bool {
    !isAtEnd && lineEnd == nil && text.count - parser.position < sizes.record
  }

  /// Gets more text: as much again as is waiting, at least.
  private func refill(_ report: inout InputReport) throws {
    if let start = parser.recordStart, parser.position - start > sizes.record {
      parser.recordStart = nil
      try reportProblems(&report)
    }
    let used = min(parser.position, parser.recordStart ?? parser.position)
    if used > 0 {
      lines.leave(upTo: textOffset + used, text, textOffset)
      text.removeFirst(used)
      textOffset += used
      parser.position -= used
      if let start = parser.recordStart { parser.recordStart = start - used }
    }
    let wanted = text.count + max(sizes.chunk, text.count - parser.position)
    do {
      while text.count < wanted && !isAtEnd {
        let more = try stream.next(upTo: sizes.chunk)
        isAtEnd = more.isEmpty
        text.append(contentsOf: more)
      }
    } catch let error as FormatError {
      isAtEnd = true
      isCutShort = true
      try report.note(error)
    }
    largestWindow = max(largestWindow, text.capacity)
  }

  // MARK: What is broken

  /// Goes on behind broken text.
  private func recover(from error: FormatError, _ report: inout InputReport) throws {
    if lineEnd == nil {
      if let end = endOfBrokenSpan() {
        parser.stepOverSpan(to: end, error)
        return
      }
      if let end = endOfBrokenLine(error), parser.restartRecord() {
        lineEnd = end
        placed = parser.builder.problems.count
        return
      }
    }
    let known = explained(error)
    let index = min(max((error.offset ?? 0) - textOffset, parser.position), text.count)
    // The newline right before what is broken may be the one that ends the record.
    parser.abandonRecord(at: lineEnd ?? max(index - 1, 0))
    lineEnd = nil
    try reportProblems(&report)
    if !(isCutShort && error.code == .truncated) { try report.note(located(known)) }
  }

  /// The error in the words of the record it is in.
  private func explained(_ error: FormatError) -> FormatError {
    if !isAtEnd && lineEnd == nil && error.code == .truncated {
      return FormatError(
        .unsupported, at: textOffset + parser.position,
        "a span, resource or scope has more than the \(sizes.largestPiece) bytes of text that are "
          + "read")
    }
    guard let offset = error.offset, case let index = offset - textOffset, index > 0,
      index < text.count, !parser.frames.isEmpty, text[index - 1] == UInt8(ascii: "\n"),
      text[index] == UInt8(ascii: "{")
    else { return error }
    return FormatError(
      .truncated, at: offset - 1,
      "the line ends inside its record: in the next one, \(error.what)")
  }

  /// The end of the span that does not read, in the window, if it is one with sound brackets and
  /// what follows it is sound as well.
  private func endOfBrokenSpan() -> Int? {
    let window = text
    let bytes = window.rawSpan
    guard let start = parser.startOfSpan(bytes) else { return nil }
    var skipper = JSONValueSkipper()
    guard let end = try? skipper.skip(bytes, from: start, base: 0) else { return nil }
    // A line that begins like a record is one.
    var at = start
    while let newline = bytes.firstIndex(of: UInt8(ascii: "\n"), from: at), newline + 1 < end {
      if bytes.byte(at: newline + 1) == UInt8(ascii: "{") { return nil }
      at = newline + 1
    }
    at = end
    while at < bytes.byteCount && bytes.byte(at: at) <= 0x20 { at += 1 }
    guard at < bytes.byteCount,
      bytes.byte(at: at) == UInt8(ascii: ",") || bytes.byte(at: at) == UInt8(ascii: "]")
    else { return nil }
    return end
  }

  /// The end of the line the record begins with, in the window, if the record seems to be that
  /// line alone and what comes after it to be another one.
  private func endOfBrokenLine(_ error: FormatError) -> Int? {
    guard let start = parser.recordStart, let offset = error.offset else { return nil }
    let window = text
    let bytes = window.rawSpan
    guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start),
      newline + 1 < offset - textOffset,
      OTLPJSONSignature.isDocument(bytes.extracting((newline + 1)..<bytes.byteCount))
    else { return nil }
    return newline
  }

  // MARK: Problems

  /// Hands over the problems of records that will not be read again.
  private func reportProblems(_ report: inout InputReport) throws {
    let count = parser.builder.problems.count
    for index in min(placed, count)..<count {
      parser.builder.problems[index] = located(parser.builder.problems[index])
    }
    let final = parser.recordStart == nil ? count : min(parser.recordMark.problems, count)
    let due = Array(parser.builder.problems[..<final])
    parser.builder.problems.removeFirst(final)
    parser.recordMark.problems -= min(final, parser.recordMark.problems)
    placed = count - final
    for problem in due { try report.note(problem) }
  }

  /// The error with its line.
  private func located(_ error: FormatError) -> FormatError {
    guard let offset = error.offset else { return error }
    let line = lines.line(at: offset, text, textOffset)
    return FormatError(error.code, at: offset, "line \(line): \(error.what)")
  }
}

/// Counts the lines of a text of which only a window is at hand.
private struct LineCount {
  private var offset: Int
  private var line = 1

  /// Offset `offset` is in line 1.
  init(offset: Int) { self.offset = offset }

  /// The line of the byte at `target`, or of the last byte of the window `text`.
  mutating func line(at target: Int, _ text: [UInt8], _ textOffset: Int) -> Int {
    let place = min(max(target - textOffset, 0), text.count)
    let known = offset - textOffset
    let newline = UInt8(ascii: "\n")
    if place >= known {
      line += text.rawSpan.count(of: newline, in: known..<place)
    } else {
      line -= text.rawSpan.count(of: newline, in: place..<known)
    }
    offset = textOffset + place
    return line
  }

  /// Counts up to `target` at least, before the bytes in front of it are let go.
  mutating func leave(upTo target: Int, _ text: [UInt8], _ textOffset: Int) {
    if target > offset { _ = line(at: target, text, textOffset) }
  }
}
