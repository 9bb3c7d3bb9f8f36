internal import BHTrace

/// Sums up spans by labels and time: what an archive asks while series are made of it.
struct SeriesScan: SpanScan {
  /// What is kept of each series, by labels.
  typealias Sums = [[SeriesLabel]: SeriesSums]

  let query: SpanQuery
  let times: SeriesTimes
  let function: MetricsFunction.Kind
  /// The labels: how each is written, and its field.
  private let labels: [(name: String, field: Int)]
  /// The field whose values are summed up.
  private let summed: Int?
  let comparison: AttributeComparison?
  let needs: ScanNeeds

  init(_ stages: [Stage], _ function: MetricsFunction, _ times: SeriesTimes, asTempo: Bool) {
    var query = SpanQuery(stages, asTempo: asTempo)
    self.times = times
    self.function = function.kind
    labels = function.by.map { (FieldText.name($0.name), query.column($0.name)) }
    summed = function.kind.field.map { query.column($0.name) }
    if case .compare(let compared) = function.kind {
      comparison = AttributeComparison(compared, &query)
    } else {
      comparison = nil
    }
    self.query = query
    var needs = query.needs
    needs.names = false
    if comparison != nil {
      needs.tables = true
      needs.keys = nil
    }
    self.needs = needs
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

  func plan(_ names: NameTable) -> SearchPlan { SearchPlan(query, names: names) }

  func look(at spans: ScannedSpans, _ plan: SearchPlan) -> ScanStep<Sums> {
    let judge = SpanJudge(query, plan, spans, hasPayload: false)
    if let wanted = judge.wantedPayload(ofAllFound: comparison != nil) { return .payload(wanted) }
    let sums = sums(judge, spans)
    return sums.isEmpty ? .nothing : .answer(sums)
  }

  func answer(_ spans: ScannedSpans, _ plan: SearchPlan) -> Sums? {
    sums(SpanJudge(query, plan, spans, hasPayload: true), spans)
  }

  func spansToName(_ answer: Sums) -> [Int] { [] }
  func name(_ answer: inout Sums, _ spans: ScannedSpans) {}

  private func sums(_ judge: SpanJudge, _ spans: ScannedSpans) -> Sums {
    var sums: Sums = [:]
    // Spans of one operation mostly have the same labels.
    var known: [UInt32: [SeriesLabel]] = [:]
    for trace in spans.traces.indices {
      for set in judge.spansets(ofTrace: trace) {
        for span in set.spans {
          guard let interval = times.interval(of: spans.starts[span]) else { continue }
          if let comparison {
            comparison.count(span, trace, judge, interval, times, into: &sums)
            continue
          }
          let labels: [SeriesLabel]
          if labelsAreOfOperation, let found = known[spans.operations[span]] {
            labels = found
          } else {
            labels = self.labels(span, trace, judge)
            if labelsAreOfOperation { known[spans.operations[span]] = labels }
          }
          add(span, trace, interval, judge, to: &sums[labels, default: noSums])
        }
      }
    }
    return sums
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

  /// Whether all spans of an operation belong to one series.
  var labelsAreOfOperation: Bool {
    labels.allSatisfy { query.fields.fields[$0.field].isOfOperation }
  }

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
    case .values: if let number = value.inSeconds { sums.add(number, interval) }
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

/// Names as they are written in queries.
package enum FieldText {
  /// How `name` is written.
  package static func name(_ name: FieldName) -> String {
    switch name {
    case .intrinsic(let intrinsic): intrinsic.rawValue
    case .attribute(let attribute):
      attribute.scope.prefix + String(decoding: attribute.key, as: UTF8.self)
    }
  }
}

/// Counts the values of all attributes of spans, of a selection and of the others.
struct AttributeComparison: Sendable {
  /// How many values of an attribute are listed.
  let topN: Int
  private let times: ClosedRange<Int64>?
  /// The filter's number among the query's terms; nil for all spans.
  private let filter: Int?

  /// The label that says what is counted.
  static let part = "__meta_type"

  init(_ comparison: MetricsFunction.Comparison, _ query: inout SpanQuery) {
    topN = comparison.topN
    times = comparison.times
    filter = comparison.filter.map { query.value(of: $0) }
  }

  /// Counts what span `span` has.
  func count(
    _ span: Int, _ trace: Int, _ judge: SpanJudge, _ interval: Int, _ all: SeriesTimes,
    into sums: inout SeriesScan.Sums
  ) {
    let start = Int64(clamping: judge.spans.starts[span])
    let isInTime = times.map { $0.contains(start) } ?? true
    let isMeant =
      filter.map { judge.value(ofTerm: $0, span, trace: trace).isTrue } ?? true
    let part = isInTime && isMeant ? "selection" : "baseline"
    func add(_ part: String, _ name: String, _ value: SearchValue) {
      let labels = [
        SeriesLabel(Self.part, SearchValue(part)), SeriesLabel(name, value),
      ]
      sums[labels, default: SeriesSums(.counts, intervals: all.count)].count(interval)
    }
    judge.forEachValue(span, trace: trace) { name, value in
      add(part, name, value)
      add(part + "_total", name, .missing)
    }
  }
}
