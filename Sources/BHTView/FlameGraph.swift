package import BHTrace

/// A flame graph as a picture: a box an operation, as wide as the self time of it and all above it.
package enum FlameGraph {
  private static let width = 1200.0
  private static let rowHeight = 18.0
  private static let margin = 10.0
  /// Narrower boxes are left out.
  private static let least = 0.3

  /// `frames` in SVG, with `title` above them. Nothing of a trace becomes markup.
  package static func svg(_ frames: [FlameStacks.Frame], title: String) -> String {
    let total = frames.reduce(UInt64(0)) { $1.parent < 0 ? $0 &+ $1.total : $0 }
    let scale = (width - 2 * margin) / Double(max(1, total))
    var boxes: [(x: Double, row: Int, width: Double)] = []
    /// For each frame where the next one above it begins.
    var next: [Double] = []
    var bottom = margin
    for frame in frames {
      let row = frame.parent < 0 ? 0 : boxes[frame.parent].row + 1
      let own = Double(frame.total) * scale
      let x = frame.parent < 0 ? bottom : next[frame.parent]
      if frame.parent < 0 { bottom += own } else { next[frame.parent] += own }
      boxes.append((x, row, own))
      next.append(x)
    }
    let rows = (boxes.filter { $0.width >= least }.map(\.row).max() ?? 0) + 1
    let height = Double(rows) * rowHeight + 50
    var page = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(MarkupText.coordinate(width)) \(MarkupText.coordinate(height))" \
      font-family="ui-monospace, monospace" font-size="11">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="\(MarkupText.coordinate(margin))" y="20" font-size="14" font-family="sans-serif">\(MarkupText.escaped(title))</text>
      <text x="\(MarkupText.coordinate(margin))" y="36" font-family="sans-serif" fill="#555555">Width: self time of an \
      operation and all above it, \(MarkupText.escaped(Printable.duration(total))) in all. Red: more than one span in ten failed.</text>

      """
    var colours: [[UInt8]: Int] = [:]
    for (frame, box) in zip(frames, boxes) where box.width >= least {
      let colour = colours[frame.service] ?? colours.count
      colours[frame.service] = colour
      page += Self.box(frame, box, colour, total, height: height)
    }
    return page + "</svg>\n"
  }

  private static func box(
    _ frame: FlameStacks.Frame, _ box: (x: Double, row: Int, width: Double), _ colour: Int,
    _ total: UInt64, height: Double
  ) -> String {
    let y = height - 6 - Double(box.row + 1) * rowHeight
    let name = Printable.text(frame.service) + " " + Printable.text(frame.operation)
    let share = Printable.percent(Double(frame.total) / Double(max(1, total)))
    let told =
      "\(Printable.duration(frame.total)) (\(share)), self \(Printable.duration(frame.selfTime)), "
      + "\(Printable.count(frame.spans, "span")), \(Printable.count(frame.errors, "error"))"
    let fill = frame.errors * 10 > frame.spans ? "#e05c4a" : colours[colour % colours.count]
    let letters = Int((box.width - 6) / 6.7)
    let label = letters >= 4 ? DisplayWidth.cut(name, to: letters) : ""
    return """
      <g><title>\(MarkupText.escaped(name))\n\(MarkupText.escaped(told))</title><rect x="\(MarkupText.coordinate(box.x))" y="\(MarkupText.coordinate(y))" \
      width="\(MarkupText.coordinate(box.width))" height="\(MarkupText.coordinate(rowHeight - 1))" rx="2" fill="\(fill)"/>\
      <text x="\(MarkupText.coordinate(box.x + 3))" y="\(MarkupText.coordinate(y + 12.5))">\(MarkupText.escaped(label))</text></g>

      """
  }

  private static let colours = [
    "#f2b872", "#8fbfe0", "#9fd19a", "#d7a8d8", "#e6d36f", "#8fd6c8", "#e8a0a0", "#b9b4e6",
    "#c8d98a", "#d9b99b",
  ]
}
