/// Which points of a series share a marker, since theirs would lie over each other.
struct MarkerGroup {
  /// The points by number, ascending.
  private(set) var points: [Int]
  /// Where the marker lies: at one of the points.
  let place: Place

  /// A place of the drawing.
  struct Place: Equatable {
    var x: Double
    var y: Double
  }

  /// Markers nearer than this lie over each other.
  static let size = 12.0

  /// The groups of points at `places`. The one that stands out has its marker where it is.
  static func groups(_ points: [LogPlot.Point], at places: [Place]) -> [MarkerGroup] {
    var groups: [MarkerGroup] = []
    for number in points.indices.sorted(by: { points[$0].isMain && !points[$1].isMain }) {
      if let near = groups.firstIndex(where: { places[number].isOver($0.place) }) {
        groups[near].points.append(number)
        groups[near].points.sort()
      } else {
        groups.append(MarkerGroup(points: [number], place: places[number]))
      }
    }
    return groups
  }

  /// The labels of its points; of neighbours the first and the last.
  func label(of all: [LogPlot.Point]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in points {
      if let last = runs.last, last.upperBound == number - 1 {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { run in
      let (first, last) = (all[run.lowerBound].label, all[run.upperBound].label)
      return run.count == 1 || last.isEmpty ? first : first + " to " + last
    }.joined(separator: ", ")
  }
}

extension MarkerGroup.Place {
  /// Whether markers at both places would lie over each other.
  func isOver(_ other: Self) -> Bool {
    (x - other.x).magnitude < MarkerGroup.size && (y - other.y).magnitude < MarkerGroup.size
  }

  /// The nearest place beside the `taken` ones.
  func beside(_ taken: [Self]) -> Self {
    for distance in 0..<20 {
      let shift = Double(distance) * MarkerGroup.size / 4
      for (right, down) in [(1.0, 0.0), (-1, 0), (0, -1), (0, 1)] {
        let moved = Self(x: x + right * shift, y: y + down * shift)
        if !taken.contains(where: moved.isOver) { return moved }
      }
    }
    return self
  }
}
