package import BHTrace
internal import Glibc

/// Makes series of the spans of archives, as a metrics query says.
package struct SeriesSearch: Sendable {
  private let expression: MetricsExpression
  /// Whether what hangs under no root has no place in its trace, as in Tempo.
  private let asTempo: Bool

  /// What is computed, in a word: what a series without labels is called.
  package var name: String {
    if case .series(_, let function, _) = expression { return function.kind.name }
    return "expression"
  }

  /// The series `expression` asks for.
  package init(_ expression: MetricsExpression, asTempo: Bool = false) {
    self.expression = expression
    self.asTempo = asTempo
  }

  /// The series over `times`, ordered by their labels. An archive that turns out to be damaged is
  /// handed to `passOver`, and left out.
  package func run(
    over archives: [ArchiveSet.Member], _ times: SeriesTimes, report: inout SearchReport,
    passOver: (ArchiveSet.Member, FormatError) throws -> Void
  ) throws -> [Series] {
    var evaluation = Evaluation(
      archives: archives, times: times, asTempo: asTempo, report: report)
    let value = try evaluation.value(expression, passOver)
    report = evaluation.report
    switch value {
    case .series(let series):
      return series.filter { !$0.values.allSatisfy(\.isNaN) }
        .sorted { SeriesOrder.comesBefore($0.labels, $1.labels) }
    case .number(let number):
      return [Series([], [Double](repeating: number, count: times.count))]
    }
  }

  private struct Evaluation {
    let archives: [ArchiveSet.Member]
    let times: SeriesTimes
    let asTempo: Bool
    var report: SearchReport

    mutating func value(
      _ expression: MetricsExpression, _ passOver: (ArchiveSet.Member, FormatError) throws -> Void
    ) throws -> SeriesValue {
      switch expression {
      case .number(let number, _): return .number(number)
      case .series(let stages, let function, _):
        return .series(try series(stages, function, passOver))
      case .reduced(let inner, let stages, _):
        let value = try value(inner, passOver)
        guard case .series(var series) = value else { return value }
        for stage in stages { series = SeriesReduction.apply(stage, to: series) }
        return .series(series)
      case .arithmetic(let operation, let left, let right, _):
        return try value(left, passOver).combined(operation, try value(right, passOver))
      }
    }

    private mutating func series(
      _ stages: [Stage], _ function: MetricsFunction,
      _ passOver: (ArchiveSet.Member, FormatError) throws -> Void
    ) throws -> [Series] {
      let scan = SeriesScan(stages, function, times, asTempo: asTempo)
      var sums: SeriesScan.Sums = [:]
      for archive in archives {
        var own: SeriesScan.Sums = [:]
        do {
          try add(archive, scan, to: &own)
        } catch let error as FormatError {
          // What it gave before cannot be taken for all it has.
          try passOver(archive, error)
          continue
        }
        for (labels, more) in own { Self.merge(more, labels, into: &sums) }
      }
      return SeriesShape(function, times).series(sums)
    }

    private static func merge(
      _ more: SeriesSums, _ labels: [SeriesLabel], into sums: inout SeriesScan.Sums
    ) {
      if sums[labels] == nil { sums[labels] = more } else { sums[labels]?.add(more) }
    }

    private mutating func add(
      _ archive: ArchiveSet.Member, _ scan: SeriesScan, to sums: inout SeriesScan.Sums
    ) throws {
      if let session = archive.archive as? ArchiveSession,
        let rolled = try SeriesRollup(scan)?.sums(session)
      {
        sums = rolled
        return
      }
      // A trace that starts later has no span in time; an earlier one may.
      let bounds = scan.query.bounds(since: nil, until: times.end &+ 1)
      try archive.archive.search(scan, bounds: bounds, report: &report.scan) { own in
        for (labels, more) in own { Self.merge(more, labels, into: &sums) }
        return true
      }
    }
  }
}

/// Sums as the numbers a function gives.
private struct SeriesShape {
  private let function: MetricsFunction
  private let times: SeriesTimes

  init(_ function: MetricsFunction, _ times: SeriesTimes) {
    self.function = function
    self.times = times
  }

  func series(_ sums: SeriesScan.Sums) -> [Series] {
    var all: [Series] = []
    for (labels, own) in sums { all += series(labels, own) }
    switch function.kind {
    case .compare(let comparison): return SeriesReduction.topValues(all, comparison.topN)
    case .rate, .countOverTime:
      // Of nothing there are none, which is a number.
      if all.isEmpty && function.by.isEmpty {
        return [Series([], [Double](repeating: 0, count: times.count))]
      }
    default: break
    }
    return all
  }

  private func series(_ labels: [SeriesLabel], _ sums: SeriesSums) -> [Series] {
    let intervals = sums.counts.indices
    func one(_ value: (Int) -> Double) -> [Series] { [Series(labels, intervals.map(value))] }
    let there = labels.filter { !$0.value.isMissing }
    switch function.kind {
    case .rate:
      let seconds = Double(times.step) / 1e9
      return one { Double(sums.counts[$0]) / seconds }
    case .countOverTime, .compare: return one { Double(sums.counts[$0]) }
    case .minimumOverTime: return one { sums.counts[$0] == 0 ? .nan : sums.least[$0] }
    case .maximumOverTime: return one { sums.counts[$0] == 0 ? .nan : sums.greatest[$0] }
    case .sumOverTime: return one { sums.counts[$0] == 0 ? .nan : sums.sums[$0] }
    case .averageOverTime:
      return one { sums.counts[$0] == 0 ? .nan : sums.sums[$0] / Double(sums.counts[$0]) }
    case .quantileOverTime(let field, let quantiles):
      if sums.counts.allSatisfy({ $0 == 0 }) { return [] }
      let unit = Self.unit(field)
      return quantiles.map { quantile in
        Series(
          there + [SeriesLabel("p", .float(quantile))],
          intervals.map { PowerBuckets.quantile(quantile, sums.buckets[$0]) / unit })
      }
    case .histogramOverTime(let field):
      let unit = Self.unit(field)
      let powers = Set(
        sums.buckets.flatMap { bucket in bucket.indices.filter { bucket[$0] > 0 } })
      return powers.sorted().map { power in
        Series(
          there + [SeriesLabel("__bucket", .float(exp2(Double(power)) / unit))],
          intervals.map {
            power < sums.buckets[$0].count ? Double(sums.buckets[$0][power]) : 0
          })
      }
    }
  }

  /// Durations are said in seconds.
  private static func unit(_ field: SelectedField) -> Double {
    switch field.name {
    case .intrinsic(.duration), .intrinsic(.traceDuration), .intrinsic(.eventTimeSinceStart): 1e9
    default: 1
    }
  }
}

/// Values counted by powers of two.
enum PowerBuckets {
  /// The value below which `quantile` of the values lie, as far as `buckets` tell, whose number n holds
  /// those above 2^(n-1) and at most 2^n; 0 without values.
  static func quantile(_ quantile: Double, _ buckets: [Int]) -> Double {
    let total = buckets.reduce(0, +)
    if total == 0 { return 0 }
    let rank = max(1, min(Double(total), (quantile * Double(total)).rounded(.up)))
    var before = 0
    // Where there are none between, a bucket begins where the one before it ends, as in Tempo.
    var lower: Int?
    for (power, count) in buckets.enumerated() where count > 0 {
      if Double(before + count) == rank { return exp2(Double(power)) }
      if Double(before + count) > rank {
        let low = Double(lower ?? power - 1)
        return exp2(low + (Double(power) - low) * (rank - Double(before)) / Double(count))
      }
      before += count
      lower = power
    }
    return exp2(Double(buckets.count - 1))
  }
}
