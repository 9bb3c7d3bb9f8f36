internal import BHTrace

/// Sums up spans by labels and time: what an archive asks while series are made of it.
struct SeriesScan: QueryScan {
  /// What is kept of each series, by labels.
  typealias Sums = [[SeriesLabel]: SeriesSums]

  let query: SpanQuery
  let traits: SpanQuery.Traits
  let times: SeriesTimes
  let function: MetricsFunction.Kind
  /// The labels: how each is written, and its field.
  private let labels: [(name: String, field: Int)]
  /// The field whose values are summed up.
  private let summed: Int?
  let comparison: AttributeComparison?
  let needs: ScanNeeds
  /// Whether all spans of an operation belong to one series.
  let labelsAreOfOperation: Bool

  init(_ stages: [Stage], _ function: MetricsFunction, _ times: SeriesTimes, asTempo: Bool) {
    var query = SpanQuery(stages, asTempo: asTempo)
    self.times = times
    self.function = function.kind
    labels = function.by.map { ("\($0.name)", query.column($0.name)) }
    summed = function.kind.field.map { query.column($0.name) }
    if case .compare(let compared) = function.kind {
      comparison = AttributeComparison(compared, &query)
    } else {
      comparison = nil
    }
    self.query = query
    traits = SpanQuery.Traits(query)
    var needs = query.needs
    needs.names = false
    if comparison != nil {
      needs.tables = true
      needs.keys = nil
      needs.events = true
      needs.links = true
    }
    self.needs = needs
    let fields = query.fields.fields
    labelsAreOfOperation = labels.allSatisfy { fields[$0.field].isOfOperation }
  }

  /// What is kept of each series.
  var kind: SeriesSums.Kind {
    switch function {
    case .rate, .countOverTime, .compare: .counts
    case .minimumOverTime, .maximumOverTime, .averageOverTime, .sumOverTime: .values
    case .quantileOverTime, .histogramOverTime: .buckets
    }
  }

  func plan(_ facts: SegmentFacts) -> (plan: SearchPlan, chunks: ChunkSet) {
    let plan = SearchPlan(query, facts)
    return (plan, ChunkPruning(query: query, plan: plan, facts: facts).chunks())
  }

  func look(at spans: ScannedSpans, _ plan: SearchPlan) -> ScanStep<Sums> {
    let judge = judge(spans, plan, hasPayload: false)
    if let wanted = judge.wantedPayload(ofAllFound: comparison != nil) { return .payload(wanted) }
    let sums = sums(judge, spans)
    return sums.isEmpty ? .nothing : .answer(sums)
  }

  func answer(_ spans: ScannedSpans, _ plan: SearchPlan) -> Sums? {
    sums(judge(spans, plan, hasPayload: true), spans)
  }

  func spansToName(_ answer: Sums) -> [Int] { [] }
  func name(_ answer: inout Sums, _ spans: ScannedSpans) {}

  private func sums(_ judge: SpanJudge, _ spans: ScannedSpans) -> Sums {
    var table = SumTable(spans.names.operations.count)
    let starts = spans.starts
    for (trace, described) in spans.traces.enumerated() {
      if case .spansets(.filter(let filter))? = query.steps.first, query.steps.count == 1 {
        // Most queries are one filter: no sets have to be made.
        for span in described.spans where judge.verdicts[filter][span] == .yes {
          if let interval = times.interval(of: starts[span]) {
            add(span, trace, interval, judge, to: &table)
          }
        }
        continue
      }
      for set in judge.spansets(ofTrace: trace) {
        for span in set.spans {
          if let interval = times.interval(of: starts[span]) {
            add(span, trace, interval, judge, to: &table)
          }
        }
      }
    }
    return table.sums
  }

  /// Sums by labels, found again by operation where it tells the labels.
  private struct SumTable {
    private var places: [[SeriesLabel]: Int] = [:]
    private var labels: [[SeriesLabel]] = []
    private var all: [SeriesSums] = []
    private var placeOfOperation: [Int]

    init(_ operations: Int) { placeOfOperation = [Int](repeating: -1, count: operations) }

    /// The place of the sums of `labels`.
    mutating func place(_ labels: [SeriesLabel], _ none: () -> SeriesSums) -> Int {
      if let known = places[labels] { return known }
      places[labels] = all.count
      self.labels.append(labels)
      all.append(none())
      return all.count - 1
    }

    /// The place of the sums of all spans of an operation, whose labels are `labels`.
    @inline(__always)
    mutating func place(
      ofOperation operation: Int, _ labels: () -> [SeriesLabel], _ none: () -> SeriesSums
    ) -> Int {
      if placeOfOperation[operation] < 0 { placeOfOperation[operation] = place(labels(), none) }
      return placeOfOperation[operation]
    }

    @inline(__always)
    mutating func with(_ place: Int, _ body: (inout SeriesSums) -> Void) { body(&all[place]) }

    var sums: Sums {
      Dictionary(zip(labels, all), uniquingKeysWith: { first, _ in first })
    }
  }

  private func add(
    _ span: Int, _ trace: Int, _ interval: Int, _ judge: SpanJudge, to table: inout SumTable
  ) {
    if let comparison {
      comparison.forEachSeries(span, trace, judge) { labels in
        let place = table.place(labels) { noSums }
        table.with(place) { $0.count(interval) }
      }
      return
    }
    let place =
      labelsAreOfOperation
      ? table.place(
        ofOperation: Int(judge.spans.operations[span]), { labels(span, trace, judge) },
        { noSums }) : table.place(labels(span, trace, judge)) { noSums }
    table.with(place) { add(span, trace, interval, judge, to: &$0) }
  }

  private func labels(_ span: Int, _ trace: Int, _ judge: SpanJudge) -> [SeriesLabel] {
    labels { judge.value(ofField: $0, span, trace: trace) }
  }

  private func labels(_ value: (_ field: Int) -> SearchValue) -> [SeriesLabel] {
    if labels.isEmpty { return [] }
    let found = labels.map { SeriesLabel($0.name, value($0.field)) }
    let there = found.filter { !$0.value.isMissing }
    return there.isEmpty ? [SeriesLabel(labels[0].name, .missing)] : there
  }

  /// Sums without any span.
  var noSums: SeriesSums { SeriesSums(kind, intervals: times.count) }

  /// The labels of the spans of an operation, where it tells them.
  func labels(ofOperation operation: Int, _ names: NameTable) -> [SeriesLabel] {
    labels { field in
      switch query.fields.fields[field] {
      case .named(.intrinsic(.name)): .text(names.operations[operation].name)
      case .named(.intrinsic(.kind)): .kind(names.operations[operation].kind)
      default: .text(names.service(ofOperation: UInt32(operation)))
      }
    }
  }

  private func add(
    _ span: Int, _ trace: Int, _ interval: Int, _ judge: SpanJudge, to sums: inout SeriesSums
  ) {
    guard let summed else { return sums.count(interval) }
    let value = judge.value(ofField: summed, span, trace: trace)
    switch kind {
    case .counts: break
    case .values: if let number = value.inSeconds, !number.isNaN { sums.add(number, interval) }
    case .buckets:
      if let whole = value.integer, whole >= 2 {
        sums.add(power: 64 - (whole - 1).leadingZeroBitCount, interval)
      }
    }
  }
}

extension SearchValue {
  /// The number, of a duration its seconds.
  var inSeconds: Double? {
    if case .duration(let nanoseconds) = self { return Double(nanoseconds) / 1e9 }
    return number
  }
}

extension TermFields.Field {
  /// Whether all spans of an operation have the same.
  var isOfOperation: Bool {
    switch self {
    case .named(.intrinsic(.name)), .named(.intrinsic(.kind)): true
    case .named(.attribute(let name)): name.scope == .resource && name.key == Self.serviceName
    default: false
    }
  }
}

/// Counts the values of all attributes of spans, of a selection and of the others.
struct AttributeComparison: Sendable {
  /// How many values of an attribute are listed.
  let topN: Int
  private let times: ClosedRange<Int64>?
  /// The filter's number among the query's; nil for all spans.
  private let filter: Int?

  /// The label that says what is counted.
  static let part = "__meta_type"

  init(_ comparison: MetricsFunction.Comparison, _ query: inout SpanQuery) {
    topN = comparison.topN
    times = comparison.times
    filter = comparison.filter.map { query.addFilter($0) }
    // Names of roots are compared too.
    _ = query.column(.intrinsic(.rootName))
  }

  /// Hands `body` the labels of each series in which a span counts.
  func forEachSeries(
    _ span: Int, _ trace: Int, _ judge: SpanJudge, _ body: ([SeriesLabel]) -> Void
  ) {
    let start = Int64(clamping: judge.spans.starts[span])
    let isInTime = times.map { $0.lowerBound < start && start <= $0.upperBound } ?? true
    let isMeant = filter.map { judge.verdicts[$0][span] == .yes } ?? true
    let part = isInTime && isMeant ? "selection" : "baseline"
    judge.forEachValue(span, trace: trace) { name, value in
      body([SeriesLabel(Self.part, SearchValue(part)), SeriesLabel(name, value)])
      body([SeriesLabel(Self.part, SearchValue(part + "_total")), SeriesLabel(name, .missing)])
    }
  }
}
