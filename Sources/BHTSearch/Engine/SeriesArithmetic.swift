/// What a metrics expression gives.
enum SeriesValue {
  case series([Series])
  case number(Double)

  /// Two of them, interval by interval: series of equal labels belong together, one without labels
  /// goes with every other. Dividing by zero gives NaN.
  func combined(_ operation: ArithmeticOperator, _ other: SeriesValue) -> SeriesValue {
    switch (self, other) {
    case (.number(let a), .number(let b)): return .number(Self.number(a, operation, b))
    case (.series(let series), .number(let b)):
      return .series(series.map { one in one.mapped { Self.number($0, operation, b) } })
    case (.number(let a), .series(let series)):
      return .series(series.map { one in one.mapped { Self.number(a, operation, $0) } })
    case (.series(let left), .series(let right)):
      return .series(Self.joined(left, operation, right))
    }
  }

  private static func joined(
    _ left: [Series], _ operation: ArithmeticOperator, _ right: [Series]
  ) -> [Series] {
    if left.count == 1 && left[0].hasNoLabels {
      return right.map { combine(left[0], operation, $0, $0.labels) }
    }
    if right.count == 1 && right[0].hasNoLabels {
      return left.map { combine($0, operation, right[0], $0.labels) }
    }
    var byLabels: [Set<SeriesLabel>: Series] = [:]
    for one in right { byLabels[Set(one.labels)] = one }
    return left.compactMap { one in
      byLabels[Set(one.labels)].map { combine(one, operation, $0, one.labels) }
    }
  }

  private static func combine(
    _ left: Series, _ operation: ArithmeticOperator, _ right: Series, _ labels: [SeriesLabel]
  ) -> Series {
    Series(labels, zip(left.values, right.values).map { number($0, operation, $1) })
  }

  private static func number(
    _ left: Double, _ operation: ArithmeticOperator, _ right: Double
  ) -> Double {
    if operation == .divide && right == 0 { return .nan }
    return SearchValue.float(left).combined(operation, .float(right)).number ?? .nan
  }
}

extension Series {
  fileprivate func mapped(_ number: (Double) -> Double) -> Series {
    Series(labels, values.map(number))
  }

  /// Whether nothing tells it from others but the function it comes from.
  fileprivate var hasNoLabels: Bool { labels.allSatisfy { $0.name == "__name__" } }
}
