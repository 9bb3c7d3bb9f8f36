import Foundation

@testable import BHTSearch

/// Numbers over time with the labels they belong to.
struct ReferenceSeries {
  struct Label: Hashable {
    /// The name as queries write it.
    var name: String
    /// Missing where all labels of a series are, or where a total has no value.
    var value: SearchValue
  }

  /// None where spans are not grouped.
  var labels: [Label]
  /// A number for each interval; NaN where there is none.
  var values: [Double]

  /// What series are sorted by, and what decides between equal numbers.
  var order: [UInt8] {
    Array(labels.map { "\($0.name)=\($0.value)" }.joined(separator: ",").utf8)
  }

  /// Whether this comes before `other`, by the bytes of names and values as queries write them.
  func precedes(_ other: ReferenceSeries) -> Bool { order.lexicographicallyPrecedes(other.order) }
}

/// The times that series are made of: from `start` to `end` in intervals of `step`, or one interval.
struct ReferenceTimes {
  let start: UInt64
  let end: UInt64
  /// Nil where there is one interval only.
  let step: UInt64?

  /// Nanoseconds since the Unix epoch. With a `step`, start and end move to whole steps.
  init(start: UInt64, end: UInt64, step: UInt64?) {
    self.step = step
    self.start = step.map { start / $0 * $0 } ?? start
    self.end = step.map { (end + $0 - 1) / $0 * $0 } ?? end
  }

  var count: Int { step.map { Int((end - start) / $0) } ?? 1 }

  /// The length of an interval in seconds.
  var seconds: Double { Double(step ?? (end - start)) / 1e9 }

  /// The time that interval `index` is stamped with: its end.
  func stamp(_ index: Int) -> UInt64 { step.map { start + UInt64(index + 1) * $0 } ?? end }

  /// The interval that `time` belongs to: one has its end, and not its start.
  func interval(of time: UInt64) -> Int? {
    if time <= start || time > end { return nil }
    return step.map { Int((time - start - 1) / $0) } ?? 0
  }
}

/// Evaluates metrics by their definition.
struct ReferenceMetrics {
  let traces: [ReferenceTrace]
  let times: ReferenceTimes

  /// The series of `expression`, sorted by their labels; those without any number are left out.
  func run(_ expression: MetricsExpression) -> [ReferenceSeries] {
    evaluate(expression).filter { $0.values.contains { !$0.isNaN } }
      .sorted { $0.precedes($1) }
  }

  private func evaluate(_ expression: MetricsExpression) -> [ReferenceSeries] {
    switch expression {
    case .number: return []
    case .series(let stages, let function, _): return series(function, of: observed(stages))
    case .arithmetic(let op, .number(let number, _), let right, _):
      return mapped(evaluate(right)) { compute(op, number, $0) }
    case .arithmetic(let op, let left, .number(let number, _), _):
      return mapped(evaluate(left)) { compute(op, $0, number) }
    case .arithmetic(let op, let left, let right, _):
      return joined(op, evaluate(left), evaluate(right))
    case .reduced(let inner, let stages, _):
      return stages.reduce(evaluate(inner)) { reduced($0, by: $1) }
    }
  }

  // MARK: Spans

  /// A span that counts, and the interval it belongs to.
  struct Observed {
    var trace: ReferenceTrace
    var index: Int
    var interval: Int

    func value(of name: FieldName) -> SearchValue {
      ReferenceContext(trace: trace, index: index).value(of: name)
    }
  }

  /// The spans that `stages` leave; a span that is left in several sets counts in each.
  private func observed(_ stages: [Stage]) -> [Observed] {
    traces.flatMap { trace in
      ReferencePipeline(trace: trace).run(stages).flatMap(\.spans).compactMap { index in
        times.interval(of: trace.spans[index].start).map {
          Observed(trace: trace, index: index, interval: $0)
        }
      }
    }
  }

  // MARK: Functions

  private func series(_ function: MetricsFunction, of spans: [Observed]) -> [ReferenceSeries] {
    switch function.kind {
    case .rate:
      return counted(spans, by: function.by) { $0 / times.seconds }
    case .countOverTime: return counted(spans, by: function.by) { $0 }
    case .minimumOverTime(let field):
      return measured(spans, field, by: function.by) { $0.min() ?? .nan }
    case .maximumOverTime(let field):
      return measured(spans, field, by: function.by) { $0.max() ?? .nan }
    case .sumOverTime(let field):
      return measured(spans, field, by: function.by) { $0.reduce(0, +) }
    case .averageOverTime(let field):
      return measured(spans, field, by: function.by) { $0.reduce(0, +) / Double($0.count) }
    case .histogramOverTime(let field): return histogram(spans, field, by: function.by)
    case .quantileOverTime(let field, let quantiles):
      return self.quantiles(quantiles, spans, field, by: function.by)
    case .compare(let comparison): return compared(spans, comparison)
    }
  }

  private func counted(
    _ spans: [Observed], by names: [SelectedField], _ scale: (Double) -> Double
  ) -> [ReferenceSeries] {
    let groups = grouped(spans, by: names)
    // Without groups there is always a series: of nothing there are none, which is a number.
    let shown = groups.isEmpty && names.isEmpty ? [([], [])] : groups
    return shown.map { labels, spans in
      ReferenceSeries(labels: labels, values: counts(spans).map(scale))
    }
  }

  func counts(_ spans: [Observed]) -> [Double] {
    var counts = [Double](repeating: 0, count: times.count)
    for span in spans { counts[span.interval] += 1 }
    return counts
  }

  private func measured(
    _ spans: [Observed], _ field: SelectedField, by names: [SelectedField],
    _ combine: ([Double]) -> Double
  ) -> [ReferenceSeries] {
    grouped(spans, by: names).map { labels, spans in
      var values = [[Double]](repeating: [], count: times.count)
      for span in spans {
        if let number = span.value(of: field.name).measured { values[span.interval].append(number) }
      }
      return ReferenceSeries(labels: labels, values: values.map { $0.isEmpty ? .nan : combine($0) })
    }
  }

  /// The spans of each combination of values of `names`; names without a value are left out, and
  /// where that leaves none, the first one stays without a value.
  func grouped(
    _ spans: [Observed], by names: [SelectedField]
  ) -> [(labels: [ReferenceSeries.Label], spans: [Observed])] {
    var groups: [[ReferenceSeries.Label]: [Observed]] = [:]
    for span in spans {
      let all = names.map {
        ReferenceSeries.Label(name: "\($0.name)", value: span.value(of: $0.name))
      }
      let present = all.filter { !$0.value.isMissing }
      groups[present.isEmpty ? Array(all.prefix(1)) : present, default: []].append(span)
    }
    return groups.map { ($0.key, $0.value) }
  }

  // MARK: Series

  private func compute(_ op: ArithmeticOperator, _ left: Double, _ right: Double) -> Double {
    switch op {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: right == 0 ? .nan : left / right
    case .remainder, .power: .nan
    }
  }

  private func mapped(
    _ series: [ReferenceSeries], _ change: (Double) -> Double
  ) -> [ReferenceSeries] {
    series.map { ReferenceSeries(labels: $0.labels, values: $0.values.map(change)) }
  }

  /// Series of equal labels; one without labels goes with all of the other side.
  private func joined(
    _ op: ArithmeticOperator, _ left: [ReferenceSeries], _ right: [ReferenceSeries]
  ) -> [ReferenceSeries] {
    func match(_ side: [ReferenceSeries], _ labels: Set<ReferenceSeries.Label>) -> ReferenceSeries?
    {
      side.first { Set($0.labels) == labels } ?? side.first { $0.labels.isEmpty }
    }
    let shown = right.contains { $0.labels.isEmpty } ? left : right
    return shown.compactMap { one in
      guard let a = match(left, Set(one.labels)), let b = match(right, Set(one.labels)) else {
        return nil
      }
      return ReferenceSeries(
        labels: one.labels, values: zip(a.values, b.values).map { compute(op, $0, $1) })
    }
  }

  private func reduced(_ series: [ReferenceSeries], by stage: SecondStage) -> [ReferenceSeries] {
    var result = series
    for interval in 0..<times.count {
      let kept: Set<Int>
      switch stage {
      case .filter(let op, let limit, _):
        kept = Set(
          series.indices.filter {
            SearchValue.float(series[$0].values[interval]).holds(op, .float(limit))
              && !series[$0].values[interval].isNaN
          })
      case .top(let count, _): kept = first(count, of: series, at: interval) { $0 > $1 }
      case .bottom(let count, _): kept = first(count, of: series, at: interval) { $0 < $1 }
      }
      for index in series.indices where !kept.contains(index) {
        result[index].values[interval] = .nan
      }
    }
    return result.filter { $0.values.contains { !$0.isNaN } }
  }

  /// The first `count` series by their numbers, of equal ones by their labels.
  private func first(
    _ count: Int, of series: [ReferenceSeries], at interval: Int,
    _ comesFirst: (Double, Double) -> Bool
  ) -> Set<Int> {
    let sorted = series.indices.filter { !series[$0].values[interval].isNaN }.sorted {
      let (a, b) = (series[$0].values[interval], series[$1].values[interval])
      return a == b ? series[$0].precedes(series[$1]) : comesFirst(a, b)
    }
    return Set(sorted.prefix(count))
  }
}

extension SearchValue {
  /// A number as metrics have it, durations in seconds; nil for what is none, and for NaN.
  fileprivate var measured: Double? {
    if case .duration(let time) = self { return Double(time) / 1e9 }
    return number.flatMap { $0.isNaN ? nil : $0 }
  }
}
