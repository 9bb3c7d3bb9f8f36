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
    let (w, h) = (Self.number(width), Self.number(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="Helvetica, Arial, sans-serif" role="img">
      <title>\(Self.escaped(title))</title>
      <rect width="\(w)" height="\(h)" fill="#ffffff"/>
      \(elements)</svg>

      """
  }

  /// Adds a text whose baseline is at `y`.
  mutating func text(
    _ text: String, at x: Double, _ y: Double, size: Int, anchor: Anchor = .start,
    colour: String = SVGText.ink, isBold: Bool = false
  ) {
    elements += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(size)\""
    if anchor != .start { elements += " text-anchor=\"\(anchor.rawValue)\"" }
    if isBold { elements += " font-weight=\"bold\"" }
    elements += " fill=\"\(colour)\">\(Self.escaped(text))</text>\n"
  }

  /// Adds a text that reads upwards, its middle at the place.
  mutating func text(_ text: String, turnedAt x: Double, _ y: Double, size: Int) {
    let (px, py) = (Self.number(x), Self.number(y))
    elements += "<text x=\"\(px)\" y=\"\(py)\" font-size=\"\(size)\" text-anchor=\"middle\""
    elements += " transform=\"rotate(-90 \(px) \(py))\""
    elements += " fill=\"\(Self.ink)\">\(Self.escaped(text))</text>\n"
  }

  /// Adds a line of the grid.
  mutating func grid(
    from x: Double, _ y: Double, to otherX: Double, _ otherY: Double, isStrong: Bool
  ) {
    elements += "<path d=\"M\(Self.number(x)) \(Self.number(y))"
    elements += "L\(Self.number(otherX)) \(Self.number(otherY))\""
    elements += " stroke=\"\(isStrong ? "#d0d0d0" : "#efefef")\"/>\n"
  }

  /// Adds the frame of the axes.
  mutating func frame(left: Double, top: Double, right: Double, bottom: Double) {
    elements += "<rect x=\"\(Self.number(left))\" y=\"\(Self.number(top))\""
    elements += " width=\"\(Self.number(right - left))\" height=\"\(Self.number(bottom - top))\""
    elements += " fill=\"none\" stroke=\"#888888\"/>\n"
  }

  /// Adds a small arrow to the lower left.
  mutating func arrow(to x: Double, _ y: Double, colour: String) {
    let (left, low) = (Self.number(x), Self.number(y))
    elements += "<path d=\"M\(Self.number(x + 12)) \(Self.number(y - 12))L\(left) \(low)m0 -7v7h7\""
    elements += " fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
  }

  /// Adds a line through points.
  mutating func line(through points: [(x: Double, y: Double)], colour: String, width: Double) {
    let places = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
    elements += "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\""
    elements += " stroke=\"\(colour)\" stroke-width=\"\(Self.number(width))\"/>\n"
  }

  /// Adds a point.
  mutating func marker(
    _ marker: LogPlot.Marker, at x: Double, _ y: Double, colour: String, isFilled: Bool
  ) {
    let fill = isFilled ? colour : "#ffffff"
    let style = "fill=\"\(fill)\" stroke=\"\(colour)\" stroke-width=\"2\""
    func at(_ dx: Double, _ dy: Double) -> String {
      "\(Self.number(x + dx)) \(Self.number(y + dy))"
    }
    switch marker {
    case .circle:
      elements += "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"4.5\" \(style)/>\n"
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

  /// To a tenth, as a coordinate needs it.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let rest = tenths.magnitude % 10
    return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
  }

  /// Text for XML, without the characters XML does not allow.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
