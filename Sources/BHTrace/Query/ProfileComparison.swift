/// Two profiles side by side, what changed most first.
package struct ProfileComparison: Sendable, Equatable {
  /// How an operation, or a service, differs.
  package enum Change: String, Sendable {
    /// It has spans in the second profile only.
    case new
    /// It has spans in the first profile only.
    case gone
    /// The 95th percentile of its durations grew by a tenth or more.
    case slower
    /// It fell by as much.
    case faster
    /// Neither.
    case same
  }

  /// An operation or service.
  package struct Row: Sendable, Equatable {
    /// The service's name, as bytes.
    package var service: [UInt8]
    /// The operation's name, as bytes; empty for a service.
    package var operation: [UInt8]
    /// What it adds up to in the first profile; nil where it has no spans there.
    package var before: ServiceRollup?
    /// The same in the second profile.
    package var after: ServiceRollup?

    /// An operation of a service, or a service where `operation` is empty.
    package init(
      service: [UInt8], operation: [UInt8], before: ServiceRollup?, after: ServiceRollup?
    ) {
      self.service = service
      self.operation = operation
      self.before = before
      self.after = after
    }

    /// How it differs.
    package var change: Change {
      guard let before else { return .new }
      guard let after else { return .gone }
      let (old, new) = (
        Double(before.durations.percentile(95)), Double(after.durations.percentile(95))
      )
      if new * 10 >= old * 11 && new > old { return .slower }
      return old * 10 >= new * 11 && old > new ? .faster : .same
    }

    /// The second 95th percentile as a multiple of the first; nil where one of them is not there, or
    /// the first is 0.
    package var factor: Double? {
      guard let before, let after else { return nil }
      let old = before.durations.percentile(95)
      return old == 0 ? nil : Double(after.durations.percentile(95)) / Double(old)
    }

    /// How much it differs. Times count by the power of two between the 95th percentiles, or the
    /// medians where these differ more; error rates by a tenth each; what is new or gone as a fourfold change. All
    /// count for less where a side has few spans: half where it has 30.
    package var weight: Double {
      let counts = [before, after].compactMap { $0?.spans }
      let spans = Double(counts.min() ?? 0)
      let trust = spans / (spans + 30)
      guard let before, let after else { return 2 * trust }
      func powers(_ percent: Int) -> Double {
        let old = Double(before.durations.percentile(percent))
        let new = Double(after.durations.percentile(percent))
        return abs(ProfileComparison.logarithm(max(new, 1) / max(old, 1)))
      }
      let rates = abs(before.errorRate - after.errorRate) * 10
      return max(powers(95), powers(50), rates) * trust
    }
  }

  /// The services, what changed most first; equal ones by name.
  package var services: [Row]
  /// The operations, in the same order.
  package var operations: [Row]

  /// `first` and `second` side by side.
  package init(_ first: OperationProfile, _ second: OperationProfile) {
    services = Self.rows(first.services, second.services)
    operations = Self.rows(first.operations, second.operations)
  }

  /// Both lists are in the order of their names, so one pass joins them.
  private static func rows(_ first: [OperationRollup], _ second: [OperationRollup]) -> [Row] {
    var rows: [Row] = []
    var (old, new) = (first[...], second[...])
    while true {
      let order: Int
      switch (old.first, new.first) {
      case (nil, nil):
        let weighed = rows.map { (row: $0, weight: $0.weight) }
        return weighed.enumerated()
          .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
          .map(\.element.row)
      case (_, nil): order = -1
      case (nil, _): order = 1
      case (let a?, let b?):
        let byService = ByteComparison.order(a.service, b.service)
        order = byService != 0 ? byService : ByteComparison.order(a.operation, b.operation)
      }
      let before = order <= 0 ? old.popFirst() : nil
      let after = order >= 0 ? new.popFirst() : nil
      guard let named = before ?? after else { continue }
      rows.append(
        Row(
          service: named.service, operation: named.operation, before: before?.rollup,
          after: after?.rollup))
    }
  }

  /// The logarithm to base 2, the same on every machine to some ten digits: from exponent and a series, since the
  /// order of an answer hangs on it.
  private static func logarithm(_ value: Double) -> Double {
    // ln(m) = 2 artanh((m-1)/(m+1)) for m in 1..<2.
    let part = (value.significand - 1) / (value.significand + 1)
    var (sum, power) = (0.0, part)
    for odd in stride(from: 1.0, through: 21, by: 2) {
      sum += power / odd
      power *= part * part
    }
    return Double(value.exponent) + 2 * sum / 0.693_147_180_559_945_3
  }
}

extension ServiceRollup {
  /// The part of the spans whose status is an error, 0 to 1.
  package var errorRate: Double { spans == 0 ? 0 : Double(errors) / Double(spans) }
}
