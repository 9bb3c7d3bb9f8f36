internal import BHTrace

/// Finds traces by a query: what an archive asks while it is searched.
struct TraceScan: QueryScan {
  let query: SpanQuery
  let traits: SpanQuery.Traits
  /// How many spans of a set are listed; nil for all.
  let spansPerSet: Int?
  /// The first start a trace may have, and the one it may not have any more.
  let since: UInt64?
  let until: UInt64?
  /// The times of other archives, which may have more of the traces at these times.
  let others: [ClosedRange<UInt64>]
  let needs: ScanNeeds

  init(
    _ query: SpanQuery, spansPerSet: Int?, since: UInt64?, until: UInt64?, namesTraces: Bool,
    others: [ClosedRange<UInt64>] = []
  ) {
    self.query = query
    traits = SpanQuery.Traits(query)
    self.spansPerSet = spansPerSet
    self.since = since
    self.until = until
    self.others = others
    var needs = query.needs
    needs.names = namesTraces || !others.isEmpty
    self.needs = needs
  }

  func plan(_ facts: SegmentFacts) -> (plan: SearchPlan, chunks: ChunkSet) {
    let plan = SearchPlan(query, facts)
    let pruning = ChunkPruning(query: query, plan: plan, facts: facts)
    var chunks = pruning.chunks()
    if !others.isEmpty {
      var shared = facts.chunks(at: others)
      shared.formIntersection(pruning.chunksWithSomeMatch())
      chunks.formUnion(shared)
    }
    return (plan, chunks)
  }

  func look(at spans: ScannedSpans, _ plan: SearchPlan) -> ScanStep<[FoundTrace]> {
    let judge = judge(spans, plan, hasPayload: false)
    if let wanted = judge.wantedPayload(goesOn: { mayGoOn($0, spans) }) { return .payload(wanted) }
    let found = found(judge, spans)
    return found.isEmpty ? .nothing : .answer(found)
  }

  func answer(_ spans: ScannedSpans, _ plan: SearchPlan) -> [FoundTrace]? {
    let found = found(judge(spans, plan, hasPayload: true), spans)
    return found.isEmpty ? nil : found
  }

  func spansToName(_ answer: [FoundTrace]) -> [Int] {
    var spans: Set<Int> = []
    for trace in answer {
      for set in trace.spansets {
        for span in set.spans { spans.insert(trace.base + span.position) }
      }
    }
    return spans.sorted()
  }

  func name(_ answer: inout [FoundTrace], _ spans: ScannedSpans) {
    for index in answer.indices {
      answer[index].traceID = spans.traceID(answer[index].number)
      for set in answer[index].spansets.indices {
        for span in answer[index].spansets[set].spans.indices {
          let position = answer[index].spansets[set].spans[span].position
          answer[index].spansets[set].spans[span].id = spans.spanID(answer[index].base + position)
        }
      }
    }
  }

  private func found(_ judge: SpanJudge, _ spans: ScannedSpans) -> [FoundTrace] {
    var found: [FoundTrace] = []
    for number in spans.traces.indices {
      let sets = judge.spansets(ofTrace: number)
      let mayGoOn =
        !others.isEmpty && mayGoOn(spans.traces[number], spans) && judge.hasMatch(inTrace: number)
      if sets.isEmpty && !mayGoOn { continue }
      var trace = FoundTrace(number, of: spans)
      trace.mayGoOn = mayGoOn
      if !mayGoOn && !isInTime(trace) { continue }
      for set in sets { trace.spansets.append(self.set(set, number, judge, spans)) }
      found.append(trace)
    }
    return found
  }

  /// Whether a trace starts when it should.
  func isInTime(_ trace: FoundTrace) -> Bool {
    var bounds = TraceBounds()
    (bounds.since, bounds.until) = (since, until)
    return bounds.holds(start: trace.start)
  }

  /// Whether another archive has spans at the time of a trace.
  private func mayGoOn(_ trace: ScannedSpans.Trace, _ spans: ScannedSpans) -> Bool {
    if others.isEmpty || trace.spans.isEmpty { return false }
    let times = spans.times(of: trace)
    return others.contains { $0.overlaps(times) }
  }

  private func set(
    _ set: Spanset, _ trace: Int, _ judge: SpanJudge, _ spans: ScannedSpans
  ) -> FoundSpanset {
    let base = spans.traces[trace].spans.lowerBound
    var found = FoundSpanset(positions: set.spans.map { $0 - base })
    found.groups = set.groups.map { (query.groupNames[$0.term] ?? "", $0.value) }
    for span in set.spans.prefix(spansPerSet ?? .max) {
      let operation = spans.names.operations[Int(spans.operations[span])]
      var listed = FoundSpan(
        position: span - base, service: spans.names.services[Int(operation.service)],
        name: operation.name, start: spans.starts[span], duration: spans.duration(span),
        kind: operation.kind, isError: spans.marks[span].contains(.error))
      listed.columns = query.columns.map {
        ($0.name, judge.value(ofField: $0.field, span, trace: trace))
      }
      found.spans.append(listed)
    }
    return found
  }
}

extension FoundTrace {
  /// What INDEX says of trace number `number` of `spans`.
  init(_ number: Int, of spans: ScannedSpans) {
    let trace = spans.traces[number]
    self.init(handle: trace.handle, dialect: trace.dialect)
    self.number = number
    base = trace.spans.lowerBound
    self.spans = trace.spans.count
    let times = spans.times(of: trace)
    start = times.lowerBound
    duration = Int64(clamping: times.upperBound - times.lowerBound)
    errors = trace.spans.count { spans.marks[$0].contains(.error) }
    if let root = TraceFigures.root(of: trace, spans) {
      let operation = spans.names.operations[Int(spans.operations[root])]
      rootService = spans.names.services[Int(operation.service)]
      rootName = operation.name
    }
  }
}
