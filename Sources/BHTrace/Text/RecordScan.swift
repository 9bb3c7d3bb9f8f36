/// Finds the JSON records in text that has other text before and between them (the prefixes of log
/// lines, lines of a log, comments), and puts spaces in place of that other text: so records keep
/// their offsets and lines.
///
/// A record starts with the bracket of an object whose first key follows, or of an array of such
/// objects. Braces of prose do not look like that; examples in fenced blocks are no records.
struct RecordScan {
  /// Whether a record may not go on after its line: one that is cut off then costs its line only.
  var staysInLine = false
  /// The bytes of records and of other text so far; white space outside of records is neither.
  private(set) var recordBytes = 0
  private(set) var textBytes = 0
  /// The records that are whole, and how many of them are longer than a line.
  private(set) var wholeRecords = 0
  private(set) var longRecords = 0
  /// The lines in which there was other text, and the first of those texts.
  private(set) var textLines = 0
  private(set) var firstText: [UInt8] = []
  /// Whether a line behind a whole record begins with other text.
  private(set) var hasTextBetween = false
  /// Whether there is a byte that no text has.
  private(set) var isBinary = false
  /// Where the first whole record lies, in the first bytes that were scanned.
  private var firstWhole: Range<Int>?
  private var recordStart = 0
  private var inside: ObjectScan?
  /// Whether that is an example in quotes, other text itself.
  private var isQuoted = false
  private var last: UInt8 = 0x0A
  private var lineHasText = false
  private var lineIsNew = true
  private var isFenced = false

  /// So many bytes from its bracket on say whether a record starts.
  static let lookAhead = 512
  /// As much of the first text is kept.
  static let sampleSize = 60

  private enum Start { case record, quoted, text, undecided }

  /// Puts spaces in place of what is no record; returns how many bytes of `bytes` are done. The
  /// others have to come again, with more behind them; at the end of the text (`isLast`) all are
  /// done.
  mutating func blank(_ bytes: inout [UInt8], isLast: Bool) -> Int {
    var at = 0
    // The end of the line before this one, and what was known there.
    var newline: (place: Int, scan: RecordScan)?
    while at < bytes.count {
      if var scan = inside {
        let end = scan.run(bytes, from: at)
        inside = scan.isOver ? nil : scan
        if isQuoted {
          for index in at..<end where bytes[index] > 0x20 { leaveOut(&bytes, index) }
        } else {
          recordBytes += end - at
        }
        if scan.isWhole && !isQuoted {
          if wholeRecords == 0 { firstWhole = recordStart..<end }
          wholeRecords += 1
          if scan.lines > 0 { longRecords += 1 }
        }
        if end > at { last = bytes[end - 1] }
        at = end
        if scan.isOver { newline = nil }
        continue
      }
      let byte = bytes[at]
      if byte == 0x0A {
        endLine()
        newline = (at, self)
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        switch start(bytes, at, isLast: isLast) {
        case .quoted:
          isQuoted = true
          inside = ObjectScan()
          continue
        case .record:
          isQuoted = false
          recordStart = at
          // The record begins its line: what recovers from damage looks for it there.
          if let line = newline?.place, line < at - 1 {
            bytes[line] = 0x20
            bytes[at - 1] = 0x0A
          }
          inside = ObjectScan(staysInLine: staysInLine)
          lineIsNew = false
          continue
        case .undecided where at > 0:
          guard let newline, newline.place > 0 else { return at }
          self = newline.scan
          last = bytes[newline.place - 1]
          return newline.place
        default: leaveOut(&bytes, at)
        }
      } else if byte != 0x20 && byte != 0x09 && byte != 0x0D {
        leaveOut(&bytes, at)
      }
      last = byte
      at += 1
    }
    if !isLast, inside == nil, let newline, newline.place > 0 {
      // A record may still begin on this line.
      self = newline.scan
      return newline.place
    }
    return at
  }

  private mutating func endLine() {
    lineHasText = false
    lineIsNew = true
  }

  /// Whether a record starts with the bracket at `at`.
  private func start(_ bytes: [UInt8], _ at: Int, isLast: Bool) -> Start {
    if isFenced { return .text }
    let quotes: [UInt8] = [
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "("),
    ]
    let end = min(bytes.count, at + Self.lookAhead)
    let open: Start = end == bytes.count && !isLast ? .undecided : .text
    var next = at
    func skipSpace() {
      while next < end, bytes[next] <= 0x20 { next += 1 }
    }
    while next < end, bytes[next] == UInt8(ascii: "[") {
      next += 1
      skipSpace()
    }
    if next == end { return open }
    guard bytes[next] == UInt8(ascii: "{") else { return .text }
    next += 1
    skipSpace()
    if next == end { return open }
    guard bytes[next] == UInt8(ascii: "\"") else { return .text }
    next += 1
    while next < end, bytes[next] != UInt8(ascii: "\"") {
      if bytes[next] < 0x20 { return .text }
      next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
    }
    next += 1
    skipSpace()
    if next >= end { return open }
    guard bytes[next] == UInt8(ascii: ":") else { return .text }
    return quotes.contains(last) ? .quoted : .record
  }

  private mutating func leaveOut(_ bytes: inout [UInt8], _ at: Int) {
    let byte = bytes[at]
    if lineIsNew {
      lineIsNew = false
      let fences = [UInt8](repeating: UInt8(ascii: "`"), count: 3)
      if bytes[at...].starts(with: fences) { isFenced.toggle() }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: ":"), UInt8(ascii: "\""):
        break
      default: if wholeRecords > 0 { hasTextBetween = true }
      }
    }
    if !lineHasText {
      lineHasText = true
      textLines += 1
    }
    textBytes += 1
    // Terminals' colours are written with an escape.
    if byte < 0x20 && byte != 0x1B { isBinary = true }
    if textLines == 1 && firstText.count < Self.sampleSize {
      if last == 0x20 && !firstText.isEmpty { firstText.append(0x20) }
      firstText.append(byte)
    }
    bytes[at] = 0x20
  }
}

extension RecordScan {
  /// The scan of an input that begins with `head`, if that is text in which records lie between
  /// other text: at least as much of it has to be records, or it has to begin like a log, and the
  /// first record has to be JSON. Nil for other inputs. In `head` itself the other text is spaces then.
  static func ofLog(_ head: inout [UInt8], isWhole: Bool) -> RecordScan? {
    guard let first = head.first(where: { $0 > 0x20 }), first != UInt8(ascii: "{") else {
      return nil
    }
    let (scan, text) = scanned(head, isWhole: isWhole)
    guard !scan.isBinary, scan.recordBytes > 0, scan.textBytes > 0,
      scan.recordBytes >= scan.textBytes || hasClockTime(scan.firstText),
      scan.firstWhole.map({ isJSON(head, $0) }) ?? !isWhole
    else { return nil }
    head = text
    return fresh(after: scan)
  }

  /// The scan of an input of records that begins with `head`, if other lines lie between them; nil
  /// for other inputs.
  static func ofMixedLines(_ head: [UInt8], isWhole: Bool) -> RecordScan? {
    let (scan, _) = scanned(head, isWhole: isWhole)
    return scan.hasTextBetween && !scan.isBinary ? fresh(after: scan) : nil
  }

  private static func scanned(_ head: [UInt8], isWhole: Bool) -> (RecordScan, [UInt8]) {
    var (scan, text) = (RecordScan(), head)
    let count = scan.blank(&text, isLast: true)
    return (scan, Array(text.prefix(count)))
  }

  /// A scan for the whole input, of which the start looks like `scan`.
  private static func fresh(after scan: RecordScan) -> RecordScan {
    var fresh = RecordScan()
    fresh.staysInLine = scan.wholeRecords > 0 && scan.longRecords == 0
    return fresh
  }

  /// Whether the record at `range` is JSON as a whole, and not only looks like it: prose leaves out
  /// what is in brackets.
  private static func isJSON(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    var json = JSONTokenizer(text.rawSpan.extracting(range), base: 0)
    return (try? json.skipValue()) != nil
  }

  /// Whether `text` has a time of day in it, as the first line of a log does.
  private static func hasClockTime(_ text: [UInt8]) -> Bool {
    func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(text[index]) }
    return text.indices.dropLast(4).contains {
      isDigit($0) && isDigit($0 + 1) && text[$0 + 2] == UInt8(ascii: ":") && isDigit($0 + 3)
        && isDigit($0 + 4)
    }
  }
}

/// A text with spaces in place of what is no JSON record.
final class RecordTextStream: MendingStream {
  private let source: BufferedStream
  private var scan: RecordScan

  /// The rest of `source`, read by `scan`.
  init(_ source: BufferedStream, _ scan: RecordScan) {
    self.source = source
    self.scan = scan
  }

  var repairs: [StreamRepair] {
    let text = String(decoding: scan.firstText, as: UTF8.self)
    return [
      StreamRepair(
        what: "other text around the records left out, such as '\(text)'", count: scan.textLines)
    ]
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    var bytes = Array(try source.peek(max(limit, RecordScan.lookAhead)).prefix(limit))
    if bytes.isEmpty { return [] }
    let isLast = bytes.count <= RecordScan.lookAhead
    let count = scan.blank(&bytes, isLast: isLast)
    _ = try source.next(upTo: count)
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
