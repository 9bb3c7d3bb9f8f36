import BHTSearch
import BHTView
import BHTrace

/// Found traces as lines for eyes.
enum FoundTraceLines {
  /// Where ids and times do not fit whole, their short forms are printed, as in tables.
  private static func isNarrow(_ style: Style) -> Bool { style.width.map { $0 < 110 } ?? false }

  static func title(_ style: Style) -> String {
    let (id, start) = isNarrow(style) ? (12, 14) : (32, 30)
    return style.bold(
      Padded.left("TRACE", id) + "  " + Padded.left("START", start) + "  "
        + Padded.right("DURATION", 9) + "  MATCHED  ROOT") + "\n"
  }

  static func lines(_ trace: FoundTrace, _ style: Style) -> String {
    let isNarrow = isNarrow(style)
    let start =
      trace.dialect == .v1
      ? "+" + Printable.duration(trace.start)
      : isNarrow ? PrintedTime.shortText(trace.start) : PrintedTime.text(trace.start)
    let id =
      isNarrow
      ? Padded.left(Printable.shortID(trace.traceID, trace.dialect), 12)
      : Padded.left(Printable.id(trace.traceID, trace.dialect), 32)
    let matched = "\(Printable.grouped(trace.matched))/\(Printable.grouped(trace.spans))"
    let head =
      id + "  " + Padded.left(start, isNarrow ? 14 : 30)
      + "  " + Padded.right(Printable.duration(UInt64(max(0, trace.duration))), 9) + "  "
      + Padded.right(matched, 7) + "  " + Printable.text(trace.rootService) + " "
      + Printable.text(trace.rootName)
    var lines = cut(head, style) + "\n"
    for set in trace.spansets {
      if !set.groups.isEmpty {
        let groups = set.groups.map { "\($0.name) = \(SearchValueText.text($0.value))" }
        lines +=
          cut(
            "  " + groups.joined(separator: ", ") + ": "
              + Printable.count(set.positions.count, "span"), style) + "\n"
      }
      for span in set.spans { lines += line(span, trace, style) + "\n" }
      let more = set.positions.count - set.spans.count
      if more > 0 && !set.spans.isEmpty {
        lines += style.dim("    and \(Printable.grouped(more)) more") + "\n"
      }
    }
    return lines
  }

  private static func line(_ span: FoundSpan, _ trace: FoundTrace, _ style: Style) -> String {
    var line =
      "    " + Padded.left(Printable.id(span.id, trace.dialect), 16) + "  "
      + Padded.right(Printable.duration(UInt64(max(0, span.duration))), 9) + "  "
      + Printable.text(span.service) + " " + Printable.text(span.name)
    for (name, value) in span.columns where !value.isMissing {
      line += "  \(name.description)=\(SearchValueText.text(value))"
    }
    let shown = cut(line, style)
    return span.isError ? style.red(shown) : shown
  }

  private static func cut(_ line: String, _ style: Style) -> String {
    style.width.map { DisplayWidth.cut(line, to: $0) } ?? line
  }
}
