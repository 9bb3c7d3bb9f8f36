import BHTSearch
import BHTView
import BHTrace

/// Found traces as lines for eyes.
enum FoundTraceLines {
  static func title(_ style: Style) -> String {
    style.bold(
      Padded.left("TRACE", 32) + "  " + Padded.left("START", 30) + "  "
        + Padded.right("DURATION", 9)
        + "  MATCHED  ROOT") + "\n"
  }

  static func lines(_ trace: FoundTrace, _ style: Style) -> String {
    let start =
      trace.dialect == .v1 ? "+" + Printable.duration(trace.start) : PrintedTime.text(trace.start)
    let matched = "\(Printable.grouped(trace.matched))/\(Printable.grouped(trace.spans))"
    let head =
      Padded.left(Printable.id(trace.traceID, trace.dialect), 32) + "  " + Padded.left(start, 30)
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
