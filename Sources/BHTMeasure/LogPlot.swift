import BHTrace

/// A plot with two logarithmic axes and a legend at its side, as a part of an SVG drawing.
struct LogPlot {
  /// A point, with a text beside it where there is one.
  struct Point {
    var x: Double
    var y: Double
    var label = ""
    /// Whether it stands out.
    var isMain = false
  }

  /// The forms points are drawn in.
  enum Marker {
    case circle, square, up, down, cross
  }

  /// Points of one sort.
  struct Series {
    /// The lines of its legend: what it is, then remarks.
    var legend: [String]
    var marker: Marker
    /// As `#rrggbb`.
    var colour: String
    var points: [Point]
  }

  /// What stands above it.
  var title: String
  /// What the axes show.
  var xLabel: String
  var yLabel: String
  var series: [Series] = []

  /// The size of the drawing's part.
  static let width = 900.0
  static let height = 430.0

  // The area of the axes; the legend is right of it.
  private static let left = 78.0
  private static let right = 615.0
  private static let top = 52.0
  private static let bottom = 362.0

  /// The plot with its upper edge at `offset`.
  func draw(into svg: inout SVGText, at offset: Double) {
    let points = series.flatMap(\.points)
    let xAxis = LogAxis(points.map(\.x), from: Self.left, to: Self.right)
    let yAxis = LogAxis(points.map(\.y), from: offset + Self.bottom, to: offset + Self.top)
    svg.text(title, at: Self.left, offset + 30, size: 16, isBold: true)
    drawAxes(xAxis, yAxis, into: &svg, at: offset)
    var labels = LabelPlacer(
      area: Box(
        left: Self.left, top: offset + Self.top, right: Self.right, bottom: offset + Self.bottom))
    for point in points { labels.avoid(xAxis.place(point.x), yAxis.place(point.y)) }
    for entry in series {
      let places = entry.points.map { (x: xAxis.place($0.x), y: yAxis.place($0.y)) }
      if places.count > 1 { svg.line(through: places, colour: entry.colour, width: 1.5) }
      // The one that stands out comes last, on top of those near it.
      for isMain in [false, true] {
        for (point, place) in zip(entry.points, places) where point.isMain == isMain {
          svg.marker(
            entry.marker, at: place.x, place.y, colour: entry.colour, isFilled: isMain)
        }
      }
      for group in Self.groups(entry.points, places) where !group.label.isEmpty {
        guard let box = labels.place(group.label, beside: group.x, group.y) else { continue }
        svg.text(
          group.label, at: (box.left + box.right) / 2, box.bottom - 3, size: 11, anchor: .middle,
          colour: entry.colour, isBold: group.isMain)
      }
    }
    drawLegend(into: &svg, at: offset)
  }

  /// The labels of points and where they belong; points that follow each other in one place share
  /// one, from the first to the last of them.
  private static func groups(
    _ points: [Point], _ places: [(x: Double, y: Double)]
  ) -> [Point] {
    var groups: [Point] = []
    var first = 0
    for (number, place) in places.enumerated() {
      let isNear =
        number > 0 && abs(place.x - places[first].x) < 9 && abs(place.y - places[first].y) < 9
      if isNear {
        groups[groups.count - 1].label = points[first].label + " to " + points[number].label
        groups[groups.count - 1].isMain = groups[groups.count - 1].isMain || points[number].isMain
      } else {
        first = number
        var group = points[number]
        (group.x, group.y) = place
        groups.append(group)
      }
    }
    return groups
  }

  private func drawAxes(
    _ xAxis: LogAxis, _ yAxis: LogAxis, into svg: inout SVGText, at offset: Double
  ) {
    let (top, bottom) = (offset + Self.top, offset + Self.bottom)
    for tick in xAxis.ticks(apart: 44) {
      let x = xAxis.place(tick.value)
      svg.grid(from: x, top, to: x, bottom, isStrong: tick.isLabelled)
      if !tick.isLabelled { continue }
      svg.text(FigureText.tick(tick.value), at: x, bottom + 17, size: 11, anchor: .middle)
    }
    for tick in yAxis.ticks(apart: 18) {
      let y = yAxis.place(tick.value)
      svg.grid(from: Self.left, y, to: Self.right, y, isStrong: tick.isLabelled)
      if !tick.isLabelled { continue }
      svg.text(FigureText.tick(tick.value), at: Self.left - 7, y + 4, size: 11, anchor: .end)
    }
    svg.frame(left: Self.left, top: top, right: Self.right, bottom: bottom)
    let middle = (Self.left + Self.right) / 2
    svg.text(xLabel, at: middle, bottom + 40, size: 12, anchor: .middle)
    svg.text(yLabel, turnedAt: 20, (top + bottom) / 2, size: 12)
  }

  private func drawLegend(into svg: inout SVGText, at offset: Double) {
    let left = Self.right + 28
    var y = offset + Self.top + 10
    for entry in series {
      svg.marker(entry.marker, at: left, y, colour: entry.colour, isFilled: false)
      for (number, line) in entry.legend.enumerated() {
        svg.text(
          line, at: left + 16, y + 4, size: number == 0 ? 12 : 11,
          colour: number == 0 ? SVGText.ink : SVGText.greyInk)
        y += 16
      }
      y += 12
    }
  }
}

extension FigureText {
  /// A round number of bytes at an axis: `500 B`, `2 kB`, `10 MB`.
  static func tick(_ value: Double) -> String {
    let units: [(Double, String)] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    for (factor, unit) in units where value >= factor * 0.999 {
      return decimal(value / factor, 0) + " " + unit
    }
    return value < 0.999 ? short(value) + " B" : decimal(value, 0) + " B"
  }
}

/// A rectangle of a drawing, whose y grows downwards.
struct Box {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  func contains(_ other: Box) -> Bool {
    left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom
  }
}

/// Finds room for texts beside points, clear of each other and of all points.
struct LabelPlacer {
  private let area: Box
  private var taken: [Box] = []

  /// Texts go inside `area`.
  init(area: Box) { self.area = area }

  /// Keeps the place of a point clear.
  mutating func avoid(_ x: Double, _ y: Double) {
    taken.append(Box(left: x - 6, top: y - 6, right: x + 6, bottom: y + 6))
  }

  /// A box of the size of `text` near the point, below it if there is room; nil where there is
  /// none at all.
  mutating func place(_ text: String, beside x: Double, _ y: Double) -> Box? {
    let width = Double(text.count) * 6.3 + 2
    let height = 14.0
    let shifts: [(Double, Double)] = [
      (-width / 2, 8), (-width / 2, -8 - height), (9, -height / 2), (-9 - width, -height / 2),
      (-width / 4, 8), (-width * 3 / 4, 8), (-width / 4, -8 - height),
      (-width * 3 / 4, -8 - height),
      (5, 8), (-5 - width, 8), (5, -8 - height), (-5 - width, -8 - height),
      (-width / 2, 22), (-width / 2, -22 - height),
    ]
    for (right, down) in shifts {
      let box = Box(
        left: x + right, top: y + down, right: x + right + width, bottom: y + down + height)
      if area.contains(box) && !taken.contains(where: { $0.overlaps(box) }) {
        taken.append(box)
        return box
      }
    }
    return nil
  }
}
