import Foundation

@testable import BHTSearch

extension ReferenceMetrics {
  /// The bucket that `value` lies in: the next power of two, of a duration's nanoseconds in seconds.
  /// What is below 2, and what is no int and no duration, lies in none.
  private func bucket(_ value: SearchValue) -> Double? {
    guard let whole = value.integer, whole >= 2 else { return nil }
    var power: UInt64 = 2
    while power < UInt64(whole) { power *= 2 }
    return value.isDuration ? Double(power) / 1e9 : Double(power)
  }

  func histogram(
    _ spans: [Observed], _ field: SelectedField, by names: [SelectedField]
  ) -> [ReferenceSeries] {
    let buckets = Dictionary(grouping: spans) { bucket($0.value(of: field.name)) }
    return buckets.flatMap { bucket, spans -> [ReferenceSeries] in
      guard let bucket else { return [] }
      return grouped(spans, by: names).map { labels, spans in
        ReferenceSeries(
          labels: labels.filter { !$0.value.isMissing } + [
            ReferenceSeries.Label(name: "__bucket", value: .float(bucket))
          ], values: counts(spans))
      }
    }
  }

  func quantiles(
    _ quantiles: [Double], _ spans: [Observed], _ field: SelectedField, by names: [SelectedField]
  ) -> [ReferenceSeries] {
    let inBuckets = spans.filter { bucket($0.value(of: field.name)) != nil }
    return grouped(inBuckets, by: names).flatMap { labels, spans in
      quantiles.map { quantile in
        let values = (0..<times.count).map { interval in
          self.quantile(
            quantile,
            spans.filter { $0.interval == interval }.compactMap { bucket($0.value(of: field.name)) }
          )
        }
        let label = ReferenceSeries.Label(name: "p", value: .float(quantile))
        return ReferenceSeries(
          labels: labels.filter { !$0.value.isMissing } + [label], values: values)
      }
    }
  }

  /// The value of rank ⌈quantile · count⌉ where only the buckets of values are known: the bucket's
  /// upper bound where the rank is the last of it, else as far up between the bounds, on a
  /// logarithmic scale, as the rank is in the bucket. 0 where there are no values.
  private func quantile(_ quantile: Double, _ buckets: [Double]) -> Double {
    if buckets.isEmpty { return 0 }
    let rank = max(1, Int((quantile * Double(buckets.count)).rounded(.up)))
    var (passed, lower) = (0, 0.0)
    for bound in Set(buckets).sorted() {
      let inside = buckets.count { $0 == bound }
      if passed + inside == rank { return bound }
      if passed + inside > rank {
        let low = lower == 0 ? log2(bound) - 1 : log2(lower)
        return pow(2, low + (log2(bound) - low) * Double(rank - passed) / Double(inside))
      }
      passed += inside
      lower = bound
    }
    return lower
  }

  // MARK: Comparison

  /// How often each value of each attribute occurs in the selection and in the rest, the most frequent
  /// values of an attribute only, and how often each attribute occurs.
  func compared(
    _ spans: [Observed], _ comparison: MetricsFunction.Comparison
  ) -> [ReferenceSeries] {
    let bound = comparison.filter.map { ReferenceContext.boundRecords(of: $0) } ?? (false, false)
    let sides = Dictionary(grouping: spans) { span in
      let start = Int64(clamping: span.trace.spans[span.index].start)
      if let times = comparison.times, start <= times.lowerBound || start > times.upperBound {
        return "baseline"
      }
      let isSelected =
        comparison.filter.map {
          ReferenceContext.meets($0, span.trace, span.index, bound)
        } ?? true
      return isSelected ? "selection" : "baseline"
    }
    return sides.flatMap { side, spans -> [ReferenceSeries] in
      var found: [String: [SearchValue: [Observed]]] = [:]
      for span in spans {
        for (name, values) in comparedValues(span) {
          for value in values { found[name, default: [:]][value, default: []].append(span) }
        }
      }
      return found.flatMap { name, values -> [ReferenceSeries] in
        func label(_ kind: String, _ value: SearchValue) -> [ReferenceSeries.Label] {
          [
            ReferenceSeries.Label(name: "__meta_type", value: SearchValue(kind)),
            ReferenceSeries.Label(name: name, value: value),
          ]
        }
        let all = values.map {
          ReferenceSeries(labels: label(side, $0.key), values: counts($0.value))
        }.sorted {
          let (a, b) = ($0.values.reduce(0, +), $1.values.reduce(0, +))
          return a == b ? $0.precedes($1) : a > b
        }
        let total = ReferenceSeries(
          labels: label(side + "_total", .missing), values: counts(values.flatMap(\.value)))
        return all.prefix(comparison.topN) + [total]
      }
    }
  }

  /// The attributes of a span that are compared, each with its values: several for those of events
  /// and links. Durations, ids and times differ from span to span and are left out.
  private func comparedValues(_ observed: Observed) -> [String: Set<SearchValue>] {
    let span = observed.trace.spans[observed.index]
    var result: [String: Set<SearchValue>] = [:]
    func add(_ name: FieldName, _ value: SearchValue) {
      if !value.isMissing && value != SearchValue("") {
        result["\(name)", default: []].insert(value)
      }
    }
    func add(_ scope: AttributeName.Scope, _ attributes: ReferenceSpan.Attributes) {
      for (key, value) in attributes.values where !key.isEmpty {
        add(.attribute(AttributeName(scope, key)), value)
      }
    }
    add(.span, span.attributes)
    add(.resource, span.resource)
    add(.instrumentation, span.scope)
    for event in span.events {
      add(.event, event.attributes)
      add(.intrinsic(.eventName), .text(event.name))
    }
    for link in span.links { add(.link, link.attributes) }
    for intrinsic: Intrinsic in [
      .name, .kind, .status, .statusMessage, .rootName, .rootServiceName, .instrumentationName,
      .instrumentationVersion,
    ] {
      add(.intrinsic(intrinsic), observed.value(of: .intrinsic(intrinsic)))
    }
    return result
  }
}
