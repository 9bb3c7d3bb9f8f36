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
    func byLabels(_ side: [Series]) -> [Set<SeriesLabel>: Series] {
      Dictionary(side.map { (Set($0.labels), $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (lefts, rights) = (byLabels(left), byLabels(right))
    return (rights[[]] == nil ? right : left).compactMap { one in
      let labels = Set(one.labels)
      guard let a = lefts[labels] ?? lefts[[]], let b = rights[labels] ?? rights[[]] else {
        return nil
      }
      return combine(a, operation, b, one.labels)
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
    if operation == .remainder || operation == .power { return .nan }
    if operation == .divide && right == 0 { return .nan }
    return SearchValue.float(left).combined(operation, .float(right)).number ?? .nan
  }
}

extension Series {
  fileprivate func mapped(_ number: (Double) -> Double) -> Series {
    Series(labels, values.map(number))
  }
}
