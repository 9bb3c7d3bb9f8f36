/// The kinds of telemetry whose export messages have the same outer form: groups by resource, in
/// them groups by scope, in those the items.
enum OTLPSignal {
  case spans, metrics, logs

  /// Told from the first item that says it in `message`, which may be cut off anywhere; nil where
  /// none does.
  ///
  /// | | spans | metrics | logs |
  /// |---|---|---|---|
  /// | field 1 | trace id of 16 bytes | name | time (fixed64) |
  /// | field 2 | span id of 8 bytes | description | severity (varint) |
  /// | field 6, 7, 8 | kind, start, end | 7: sum | 6: attributes |
  static func of(_ message: [UInt8]) -> OTLPSignal? {
    // The items of the groups of the groups: three times field by field, at most.
    var found: OTLPSignal?
    forEachRun(WindowCursor(message, base: 0), field: 1) { group in
      forEachRun(group, field: 2) { scope in
        forEachRun(scope, field: 2) { item in
          if found == nil { found = signal(of: item) }
        }
      }
    }
    return found
  }

  /// Hands the runs of bytes with field number `field` to `body`; stops where the bytes are no
  /// message any more.
  private static func forEachRun(
    _ window: borrowing WindowCursor, field: UInt64, _ body: (borrowing WindowCursor) -> Void
  ) {
    var cursor = window.window(window.rest)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        if tag == field << 3 | 2 {
          let length = try cursor.varint()
          let run = try cursor.take(min(length, UInt64(cursor.rest.count)))
          body(cursor.window(run))
        } else {
          try cursor.skip(tag, from: start)
        }
      }
    } catch { return }
  }

  private static func signal(of item: borrowing WindowCursor) -> OTLPSignal? {
    var cursor = item.window(item.rest)
    var (hasTraceID, hasName, hasPoints) = (false, false, false)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        switch tag {
        case OTLPTag.Span.start, OTLPTag.Span.end, OTLPTag.Span.kind: return .spans
        case OTLPTag.Span.traceID:
          let run = try cursor.delimited()
          // A name may be as long; ids that are text are seldom.
          hasTraceID = run.count == 16 && !isText(cursor.window(run))
          hasName = true
        case OTLPTag.Span.spanID:
          if try cursor.delimited().count == 8, hasTraceID { return .spans }
        // The times, the severity and the flags of a log record.
        case 0x09, 0x59, 0x10, 0x45: return .logs
        // Sum and exponential histogram; gauge, histogram and summary, whose numbers are taken for
        // spans' names, attributes and events elsewhere.
        case 0x3A, 0x52:
          if hasName { return .metrics }
          try cursor.skip(tag, from: start)
        case 0x2A, 0x4A, 0x5A:
          let run = try cursor.delimited()
          if holdsPoints(cursor.window(run), isHistogram: tag == 0x4A) { hasPoints = true }
        default: try cursor.skip(tag, from: start)
        }
      }
    } catch { return hasName && hasPoints && !hasTraceID ? .metrics : nil }
    return hasName && hasPoints && !hasTraceID ? .metrics : nil
  }

  /// Whether all bytes are printable ASCII.
  private static func isText(_ run: borrowing WindowCursor) -> Bool {
    var bytes: [UInt8] = []
    run.copy(run.rest, to: &bytes)
    return bytes.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Whether a field is a list of data points; an attribute has a key instead of the first, and no
  /// number behind it.
  private static func holdsPoints(
    _ field: borrowing WindowCursor, isHistogram: Bool
  ) -> Bool {
    var cursor = field.window(field.rest)
    var points = 0
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        if tag == 0x0A { points += 1 } else if tag == 0x10 { return points > 0 && isHistogram }
        try cursor.skip(tag, from: start)
      }
    } catch { return false }
    return points > 0 && !isHistogram
  }
}
