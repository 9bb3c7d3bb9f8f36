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
  private var lines: [Box] = []

  /// Texts go inside `area`.
  init(area: Box) { self.area = area }

  /// Keeps the place of a point clear.
  mutating func avoid(_ x: Double, _ y: Double) {
    taken.append(Box(left: x - 6, top: y - 6, right: x + 6, bottom: y + 6))
  }

  /// Keeps a line between points clear, where there is room beside it.
  mutating func avoid(lineThrough places: [MarkerGroup.Place]) {
    for (from, to) in zip(places, places.dropFirst()) {
      let steps = Int(max((to.x - from.x).magnitude, (to.y - from.y).magnitude) / 4) + 1
      for step in 0...steps {
        let part = Double(step) / Double(steps)
        let (x, y) = (from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part)
        lines.append(Box(left: x - 1, top: y - 1, right: x + 1, bottom: y + 1))
      }
    }
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
      (-width / 2, 22), (-width / 2, -22 - height), (9, 18), (-9 - width, 18), (9, -18 - height),
      (-9 - width, -18 - height), (-width / 2, 36), (-width / 2, -36 - height),
    ]
    let boxes = shifts.map { right, down in
      Box(left: x + right, top: y + down, right: x + right + width, bottom: y + down + height)
    }.filter { box in area.contains(box) && !taken.contains { $0.overlaps(box) } }
    let best = boxes.first { box in !lines.contains { $0.overlaps(box) } } ?? boxes.first
    if let best { taken.append(best) }
    return best
  }
}
