import BHTrace

/// The text of an SVG drawing, element by element.
struct SVGText {
  /// Where a text begins, lies or ends.
  enum Anchor: String {
    case start, middle, end
  }

  /// The colour of texts.
  static let ink = "#222222"
  /// The colour of remarks.
  static let greyInk = "#666666"

  private var elements = ""
  private let width: Double
  private let height: Double
  private let title: String

  /// An empty drawing; `title` says what it shows to those who do not see it.
  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  /// The whole drawing, on white so that it can be read on any page.
  var document: String {
    let (w, h) = (MarkupText.coordinate(width), MarkupText.coordinate(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="Helvetica, Arial, sans-serif" role="img">
      <title>\(MarkupText.escaped(title))</title>
      <rect width="\(w)" height="\(h)" fill="#ffffff"/>
      \(elements)</svg>

      """
  }

  /// Adds a text whose baseline is at `y`.
  mutating func text(
    _ text: String, at x: Double, _ y: Double, size: Int, anchor: Anchor = .start,
    colour: String = SVGText.ink, isBold: Bool = false
  ) {
    elements +=
      "<text x=\"\(MarkupText.coordinate(x))\" y=\"\(MarkupText.coordinate(y))\" font-size=\"\(size)\""
    if anchor != .start { elements += " text-anchor=\"\(anchor.rawValue)\"" }
    if isBold { elements += " font-weight=\"bold\"" }
    elements += " fill=\"\(colour)\">\(MarkupText.escaped(text))</text>\n"
  }

  /// Adds a text that reads upwards, its middle at the place.
  mutating func text(_ text: String, turnedAt x: Double, _ y: Double, size: Int) {
    let (px, py) = (MarkupText.coordinate(x), MarkupText.coordinate(y))
    elements += "<text x=\"\(px)\" y=\"\(py)\" font-size=\"\(size)\" text-anchor=\"middle\""
    elements += " transform=\"rotate(-90 \(px) \(py))\""
    elements += " fill=\"\(Self.ink)\">\(MarkupText.escaped(text))</text>\n"
  }

  /// Adds a line of the grid.
  mutating func grid(
    from x: Double, _ y: Double, to otherX: Double, _ otherY: Double, isStrong: Bool
  ) {
    elements += "<path d=\"M\(MarkupText.coordinate(x)) \(MarkupText.coordinate(y))"
    elements += "L\(MarkupText.coordinate(otherX)) \(MarkupText.coordinate(otherY))\""
    elements += " stroke=\"\(isStrong ? "#d0d0d0" : "#efefef")\"/>\n"
  }

  /// Adds the frame of the axes.
  mutating func frame(left: Double, top: Double, right: Double, bottom: Double) {
    elements += "<rect x=\"\(MarkupText.coordinate(left))\" y=\"\(MarkupText.coordinate(top))\""
    elements +=
      " width=\"\(MarkupText.coordinate(right - left))\" height=\"\(MarkupText.coordinate(bottom - top))\""
    elements += " fill=\"none\" stroke=\"#888888\"/>\n"
  }

  /// Adds a small arrow to the lower left.
  mutating func arrow(to x: Double, _ y: Double, colour: String) {
    let (left, low) = (MarkupText.coordinate(x), MarkupText.coordinate(y))
    elements +=
      "<path d=\"M\(MarkupText.coordinate(x + 12)) \(MarkupText.coordinate(y - 12))L\(left) \(low)m0 -7v7h7\""
    elements += " fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
  }

  /// Adds a line through points.
  mutating func line(through points: [(x: Double, y: Double)], colour: String, width: Double) {
    let places = points.map { "\(MarkupText.coordinate($0.x)),\(MarkupText.coordinate($0.y))" }
    elements += "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\""
    elements += " stroke=\"\(colour)\" stroke-width=\"\(MarkupText.coordinate(width))\"/>\n"
  }

  /// Adds a point.
  mutating func marker(
    _ marker: LogPlot.Marker, at x: Double, _ y: Double, colour: String, isFilled: Bool
  ) {
    let fill = isFilled ? colour : "#ffffff"
    let style = "fill=\"\(fill)\" stroke=\"\(colour)\" stroke-width=\"2\""
    func at(_ dx: Double, _ dy: Double) -> String {
      "\(MarkupText.coordinate(x + dx)) \(MarkupText.coordinate(y + dy))"
    }
    switch marker {
    case .circle:
      elements +=
        "<circle cx=\"\(MarkupText.coordinate(x))\" cy=\"\(MarkupText.coordinate(y))\" r=\"4.5\" \(style)/>\n"
    case .square:
      elements += "<path d=\"M\(at(-4.5, -4.5))h9v9h-9z\" \(style)/>\n"
    case .up:
      elements += "<path d=\"M\(at(0, -6))L\(at(5.5, 4))L\(at(-5.5, 4))z\" \(style)/>\n"
    case .down:
      elements += "<path d=\"M\(at(0, 6))L\(at(5.5, -4))L\(at(-5.5, -4))z\" \(style)/>\n"
    case .cross:
      elements += "<path d=\"M\(at(-4.5, -4.5))L\(at(4.5, 4.5))M\(at(-4.5, 4.5))"
      elements += "L\(at(4.5, -4.5))\" \(style)/>\n"
    }
  }
}
