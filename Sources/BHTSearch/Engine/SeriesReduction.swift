/// Second stages of metrics queries.
enum SeriesReduction {
  /// What `stage` leaves of `series`.
  static func apply(_ stage: SecondStage, to series: [Series]) -> [Series] {
    switch stage {
    case .top(let count, _): return extreme(count, series) { $0 > $1 }
    case .bottom(let count, _): return extreme(count, series) { $0 < $1 }
    case .filter(let comparison, let number, _):
      return series.compactMap { one in
        var one = one
        for index in one.values.indices
        where one.values[index].isNaN
          || !SearchValue.compare(one.values[index], comparison, number)
        {
          one.values[index] = .nan
        }
        return one.values.allSatisfy(\.isNaN) ? nil : one
      }
    }
  }

  /// The `count` series that come first by their values, at each time on its own. Equal values go by
  /// the order of the series.
  private static func extreme(
    _ count: Int, _ series: [Series], _ comesBefore: (Double, Double) -> Bool
  ) -> [Series] {
    guard let first = series.first else { return [] }
    var kept = series
    for index in kept.indices {
      kept[index].values = [Double](repeating: .nan, count: first.values.count)
    }
    for time in first.values.indices {
      let order = series.indices.filter { !series[$0].values[time].isNaN }.sorted { a, b in
        let (x, y) = (series[a].values[time], series[b].values[time])
        return x == y
          ? SeriesOrder.comesBefore(series[a].labels, series[b].labels) : comesBefore(x, y)
      }
      for index in order.prefix(count) { kept[index].values[time] = series[index].values[time] }
    }
    return kept.filter { !$0.values.allSatisfy(\.isNaN) }
  }

  /// Of what `compare` counted for each part and attribute the `count` values that occur most; totals
  /// stay.
  static func topValues(_ series: [Series], _ count: Int) -> [Series] {
    var groups: [[SeriesLabel]: [Int]] = [:]
    var kept: [Int] = []
    for (index, one) in series.enumerated() {
      if one.labels.count == 2, !one.labels[1].value.isMissing {
        groups[[one.labels[0], SeriesLabel(one.labels[1].name, .missing)], default: []].append(
          index)
      } else {
        kept.append(index)
      }
    }
    func total(_ index: Int) -> Double { series[index].values.reduce(0, +) }
    for group in groups.values {
      kept += group.sorted { a, b in
        (total(b), 0) < (total(a), 0)
          || (total(a) == total(b)
            && SeriesOrder.comesBefore(series[a].labels, series[b].labels))
      }.prefix(count)
    }
    return kept.map { series[$0] }
  }
}

/// The order of series.
enum SeriesOrder {
  /// Whether the series of labels `a` comes before that of labels `b`: by the bytes of names and values
  /// as queries write them.
  static func comesBefore(_ a: [SeriesLabel], _ b: [SeriesLabel]) -> Bool {
    text(a).lexicographicallyPrecedes(text(b))
  }

  private static func text(_ labels: [SeriesLabel]) -> [UInt8] {
    Array(labels.map { "\($0.name)=\($0.value)" }.joined(separator: ",").utf8)
  }
}
