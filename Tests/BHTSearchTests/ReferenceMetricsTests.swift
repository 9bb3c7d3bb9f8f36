import Testing

@testable import BHTSearch
@testable import BHTrace

/// The reference's metrics over a few spans whose answers can be seen.
@Suite struct ReferenceMetricsTests {
  /// Spans of one trace: name, start and duration in seconds, and the attribute `size`.
  private static let spans: [(name: String, start: UInt64, duration: UInt64, size: Int64?)] = [
    ("a", 60, 1, 1), ("a", 61, 2, 3), ("b", 120, 3, nil), ("b", 121, 1, 5), ("a", 180, 4, 9),
  ]

  private func answer(_ query: String, step: UInt64? = 60) throws -> [String] {
    var batch = SpanBatch()
    let service = batch.record("service.name", .string("s"))
    batch.attributes.append(service)
    var resource = ResourceRecord()
    resource.attributes = RecordRange(0, 1)
    batch.resources.append(resource)
    batch.scopes.append(ScopeRecord())
    for (index, made) in Self.spans.enumerated() {
      var span = SpanRecord()
      span.traceID = batch.append([UInt8](repeating: 1, count: 16))
      span.spanID = batch.append([UInt8](repeating: UInt8(index + 1), count: 8))
      span.name = batch.append(made.name)
      span.start = made.start * 1_000_000_000
      span.end = span.start + made.duration * 1_000_000_000
      if let size = made.size {
        let record = batch.record("size", .int(size))
        span.attributes = RecordRange(batch.attributes.count, 1)
        batch.attributes.append(record)
      }
      batch.spans.append(span)
    }
    let metrics = ReferenceMetrics(
      traces: try ReferenceTrace.traces(of: [batch]),
      times: ReferenceTimes(
        start: 59_000_000_000, end: 170_000_000_000, step: step.map { $0 * 1_000_000_000 }))
    guard case .metrics(let expression) = try Query(query).body else { return [] }
    return metrics.run(expression).map { series in
      let labels = series.labels.map { "\($0.name)=\($0.value)" }
      return "{\(labels.joined(separator: ","))} "
        + series.values.map { $0.isNaN ? "-" : "\($0)" }.joined(separator: " ")
    }
  }

  // The intervals end at 60, 120 and 180 seconds.
  @Test(arguments: [
    ("{ } | count_over_time()", ["{} 1.0 2.0 2.0"]),
    (
      "{ } | rate() by (name)",
      [
        "{name=\"a\"} 0.016666666666666666 0.016666666666666666 0.016666666666666666",
        "{name=\"b\"} 0.0 0.016666666666666666 0.016666666666666666",
      ]
    ),
    ("{ .no = 1 } | count_over_time()", ["{} 0.0 0.0 0.0"]),
    ("{ .no = 1 } | count_over_time() by (name)", []),
    ("{ } | max_over_time(duration)", ["{} 1.0 3.0 4.0"]),
    ("{ } | sum_over_time(.size)", ["{} 1.0 3.0 14.0"]),
    ("{ } | avg_over_time(.size) by (name)", ["{name=\"a\"} 1.0 3.0 9.0", "{name=\"b\"} - - 5.0"]),
    ("{ } | count_over_time() by (.no)", ["{.no=nil} 1.0 2.0 2.0"]),
    (
      "{ } | histogram_over_time(.size)",
      ["{__bucket=16.0} 0.0 0.0 1.0", "{__bucket=4.0} 0.0 1.0 0.0", "{__bucket=8.0} 0.0 0.0 1.0"]
    ),
    (
      "{ } | quantile_over_time(.size, 1, 0.5)",
      ["{p=0.5} 0.0 4.0 8.0", "{p=1.0} 0.0 4.0 16.0"]
    ),
    (
      "{ } | rate() by (name) | topk(1) > 0",
      ["{name=\"a\"} 0.016666666666666666 0.016666666666666666 0.016666666666666666"]
    ),
    (
      "({ } | count_over_time() by (name)) / ({ } | count_over_time())",
      ["{name=\"a\"} 1.0 0.5 0.5", "{name=\"b\"} 0.0 0.5 0.5"]
    ),
    ("1 / ({ name = \"b\" } | count_over_time())", ["{} - 1.0 1.0"]),
    (
      "{ } | compare({ name = \"a\" })",
      ["{__meta_type=\"baseline\",name=\"b\"} 0.0 1.0 1.0"]
    ),
  ])
  func answers(query: String, expected: [String]) throws {
    let answer = try answer(query)
    if query.contains("compare") {
      #expect(answer.contains(expected[0]))
      #expect(answer.contains("{__meta_type=\"selection_total\",name=nil} 1.0 1.0 1.0"))
      #expect(answer.contains("{__meta_type=\"selection\",span.size=3} 0.0 1.0 0.0"))
    } else {
      #expect(answer == expected)
    }
  }

  @Test func oneIntervalIsWhatLiesBetweenStartAndEnd() throws {
    #expect(try answer("{ } | count_over_time()", step: nil) == ["{} 4.0"])
    #expect(
      try answer("{ } | quantile_over_time(duration, 0.5)", step: nil)[0].hasPrefix("{p=0.5} "))
  }
}
