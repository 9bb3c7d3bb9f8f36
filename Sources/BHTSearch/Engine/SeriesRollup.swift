internal import BHTrace

/// Series from ROLLUP alone: where a query asks only for what it has (service, name, kind, errors, how
/// many spans and how long), and each of its buckets of time lies in one interval.
struct SeriesRollup {
  private let scan: SeriesScan
  private let filter: Int

  /// Nil where the query asks for more than ROLLUP has.
  init?(_ scan: SeriesScan) {
    guard scan.query.steps.count == 1, case .spansets(.filter(let filter)) = scan.query.steps[0],
      scan.query.columns.allSatisfy({ column in
        let field = scan.query.fields.fields[column.field]
        return field.isOfOperation || field == .named(.intrinsic(.duration))
      })
    else { return nil }
    switch scan.function {
    case .rate, .countOverTime: break
    case .quantileOverTime(let field, _), .histogramOverTime(let field):
      guard field.name == .intrinsic(.duration) else { return nil }
    case .minimumOverTime, .maximumOverTime, .averageOverTime, .sumOverTime, .compare: return nil
    }
    guard scan.labelsAreOfOperation else { return nil }
    self.scan = scan
    self.filter = filter
  }

  /// The sums; nil where a segment has no ROLLUP, its buckets reach over intervals, or the filter asks
  /// for more.
  func sums(_ session: ArchiveSession) throws -> SeriesScan.Sums? {
    var sums: SeriesScan.Sums = [:]
    var isExact = true
    let times = scan.times
    let isWhole = try session.forEachDurationCount { names, range, counts in
      if !isExact || range.upperBound <= times.start || range.lowerBound > times.end { return }
      guard let interval = times.interval(of: range.lowerBound),
        times.interval(of: range.upperBound) == interval
      else {
        isExact = false
        return
      }
      let checks = scan.plan(names).checks[filter]
      for count in counts {
        switch checks[count.operation] {
        case .no: continue
        case .yes: break
        case .isError(let wanted): if count.isError != wanted { continue }
        case .duration, .attribute, .term:
          isExact = false
          return
        }
        let labels = scan.labels(ofOperation: count.operation, names)
        add(count, interval, to: &sums[labels, default: scan.noSums])
      }
    }
    return isWhole && isExact ? sums : nil
  }

  private func add(_ count: DurationCount, _ interval: Int, to sums: inout SeriesSums) {
    guard case .buckets = scan.kind else { return sums.count(interval, count.spans) }
    for (band, spans) in count.bands.enumerated() where band >= 2 && spans > 0 {
      sums.add(power: band - 1, interval, spans)
    }
  }
}
