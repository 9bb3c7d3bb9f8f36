import BHTSearch
import BHTView
import BHTrace

extension Command {
  /// `bhtpack metrics`
  static let metrics = Command(
    name: "metrics",
    summary: "Make series of numbers from spans by a TraceQL query",
    examples: [
      "metrics shop.bht '{ } | rate() by (resource.service.name)' --step 1m",
      "metrics shop.bht '{ status = error } | count_over_time() by (name)' --instant",
      "metrics day/*.bht '{ } | quantile_over_time(duration, .5, .99) by (resource.service.name)'",
      "metrics shop.bht '{ } | compare({ status = error })' --instant --json",
    ],
    details: """
      A span counts at its start, in an interval that ends at a whole number of steps since 1970; each \
      interval is stamped with its end. Without --since and --until it is all the time of the \
      archives, without --step about 60 intervals; --instant makes one number of all. Durations are \
      seconds; quantiles are as exact as powers of two let them be. Where ROLLUP has the \
      answer nothing else is read. With --json the result is {"start_ns", "end_ns", "step_ns", \
      "series": [{"labels": {…}, "values": [[time_ns, number], …]}]}, in which intervals without a \
      number are left out. Exit code 1 where there is no series.
      """,
    operands: [.asked, Operand(name: "QUERY", summary: "A TraceQL metrics query")],
    ownFlags: ["since", "until", "step", "instant", "format of series", "explain", "compat"],
    run: runMetrics)
}

private func runMetrics(_ options: Options, _ output: Output) throws -> ExitCode {
  let query = try Query(options.operands[options.operands.count - 1])
  guard case .metrics(let expression) = query.body else {
    throw UsageError("this query finds traces: `bhtpack search ARCHIVE… QUERY`")
  }
  return try Reading.of(options.operands.dropLast(), output) { reading in
    let archives = reading.members
    guard let times = try seriesTimes(archives, options) else {
      return try output.nothing(
        "\(reading.name) holds no spans", options, reading.archive.stats)
    }
    var report = SearchReport()
    let search = SeriesSearch(expression, asTempo: options.search.asTempo)
    let series = try search.run(
      over: archives, times, report: &report,
      passOver: { archive, error in try reading.passOver(archive.name, error) })
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.series(series, times) }
    } else {
      let page = SeriesPage(
        times: times, isInstant: options.search.isInstant, name: search.name)
      switch options.search.seriesFormat ?? .table {
      case .table: try output.write(page.table(series, output.style))
      case .csv: try output.write(page.csv(series))
      case .prometheus: try output.write(page.prometheus(series))
      }
      if options.search.explains {
        try output.write(ScanExplanation.page(report.scan, output.style))
      }
    }
    if series.isEmpty {
      return try output.negative(
        "\(reading.name) holds no span that the query finds", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

/// The times that were asked for; nil where the archives hold no spans and no times were said.
private func seriesTimes(
  _ archives: [ArchiveSet.Member], _ options: Options
) throws -> SeriesTimes? {
  var (since, until) = (options.list.since, options.list.until)
  if since == nil || until == nil {
    guard let all = try ArchiveSet.spanTimes(of: archives) else { return nil }
    // A span counts in an interval that begins before it.
    since = since ?? (all.lowerBound == 0 ? 0 : all.lowerBound - 1)
    until = until ?? all.upperBound
  }
  guard let since, let until, since <= until else {
    throw UsageError("--since has to lie before --until")
  }
  if options.search.isInstant {
    if options.search.step != nil {
      throw UsageError("--instant makes one interval, so it does not go with --step")
    }
    return SeriesTimes(instantFrom: since, through: until)
  }
  let step = options.search.step ?? SeriesTimes.suitableStep(from: since, through: until)
  guard let times = SeriesTimes(from: since, through: until, step: step) else {
    throw UsageError(
      "a step of \(Printable.duration(step)) makes more than "
        + "\(Printable.grouped(SeriesTimes.most)) intervals; take a longer one")
  }
  return times
}
