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

  /// What is to be seen in it, and a remark on that.
  var title: String
  var subtitle: String
  /// What the axes show.
  var xLabel: String
  var yLabel: String
  var series: [Series] = []

  /// The size of the drawing's part.
  static let width = 900.0
  static let height = 430.0

  // The area of the axes; the legend is right of it.
  private static let better = "#00785a"
  private static let left = 78.0
  private static let right = 615.0
  private static let top = 58.0
  private static let bottom = 362.0

  /// The plot with its upper edge at `offset`.
  func draw(into svg: inout SVGText, at offset: Double) {
    let points = series.flatMap(\.points)
    let xAxis = LogAxis(points.map(\.x), from: Self.left, to: Self.right)
    let yAxis = LogAxis(points.map(\.y), from: offset + Self.bottom, to: offset + Self.top)
    svg.text(title, at: Self.left, offset + 24, size: 16, isBold: true)
    svg.text(subtitle, at: Self.left, offset + 42, size: 12, colour: SVGText.greyInk)
    drawAxes(xAxis, yAxis, into: &svg, at: offset)
    var labels = LabelPlacer(
      area: Box(
        left: Self.left, top: offset + Self.top, right: Self.right, bottom: offset + Self.bottom))
    let places = series.map { entry in
      entry.points.map { MarkerGroup.Place(x: xAxis.place($0.x), y: yAxis.place($0.y)) }
    }
    let markers = Self.markers(series, places)
    for marker in markers { labels.avoid(marker.place.x, marker.place.y) }
    for (entry, places) in zip(series, places) where places.count > 1 {
      svg.line(through: places.map { ($0.x, $0.y) }, colour: entry.colour, width: 1.5)
      labels.avoid(lineThrough: places)
    }
    for marker in markers {
      let entry = series[marker.series]
      if marker.place != marker.group.place {
        // It was moved off another one: a line leads to where it belongs.
        let way = [marker.group.place, marker.place].map { ($0.x, $0.y) }
        svg.line(through: way, colour: entry.colour, width: 1)
      }
      let isMain = marker.group.points.contains { entry.points[$0].isMain }
      svg.marker(
        entry.marker, at: marker.place.x, marker.place.y, colour: entry.colour, isFilled: isMain)
      let label = marker.group.label(of: entry.points)
      guard !label.isEmpty, let box = labels.place(label, beside: marker.place.x, marker.place.y)
      else { continue }
      svg.text(
        label, at: (box.left + box.right) / 2, box.bottom - 3, size: 11, anchor: .middle,
        colour: entry.colour, isBold: isMain)
    }
    drawLegend(into: &svg, at: offset)
  }

  /// A marker where it is drawn, none over another.
  private struct PlacedMarker {
    var series: Int
    var group: MarkerGroup
    var place: MarkerGroup.Place
  }

  private static func markers(
    _ series: [Series], _ places: [[MarkerGroup.Place]]
  ) -> [PlacedMarker] {
    var markers: [PlacedMarker] = []
    for number in series.indices {
      for group in MarkerGroup.groups(series[number].points, at: places[number]) {
        let place = group.place.beside(markers.map(\.place))
        markers.append(PlacedMarker(series: number, group: group, place: place))
      }
    }
    return markers
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
    svg.arrow(to: Self.left, bottom + 42, colour: Self.better)
    svg.text(
      "lower left is better", at: Self.left + 18, bottom + 40, size: 12, colour: Self.better,
      isBold: true)
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
