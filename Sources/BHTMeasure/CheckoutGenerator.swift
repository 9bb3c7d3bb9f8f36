package import BHTrace

/// Makes traces of a checkout request, heavy with attributes, in the manner of the seed prototype's
/// demo trace: about 270 spans of ten services each.
///
/// The traces are a function of the seed alone, on every platform.
///
/// ```swift
/// var generator = CheckoutGenerator(seed: 1)
/// for _ in 0..<100 { writer.add(generator.next()) }
/// ```
package struct CheckoutGenerator: Sendable {
  private let seed: UInt64
  private let dialect: Dialect
  private var pods: [[Pod]] = []
  /// How many traces were made.
  package private(set) var traceCount = 0

  /// Where instances of a service run.
  private struct Pod {
    var name: [UInt8]
    var host: [UInt8]
  }

  /// 2026-01-05 12:00 UTC, in nanoseconds since the Unix epoch: when the first trace starts.
  private static let firstStart: UInt64 = 1_767_614_400_000_000_000
  /// The traces start this far apart on average (ns).
  private static let interval: UInt64 = 250_000_000
  private static let podsPerService = 3

  /// The traces of `seed`: of the OpenTelemetry model, or as a v1 file holds them.
  package init(seed: UInt64 = 1, dialect: Dialect = .otlp) {
    self.seed = seed
    self.dialect = dialect
    var random = SplitMix64(seed: SplitMix64.mix(seed))
    for service in CheckoutPlan.services {
      pods.append(
        (0..<Self.podsPerService).map { _ in
          Pod(name: CheckoutText.pod(service, &random), host: CheckoutText.host(&random))
        })
    }
  }

  /// The next trace.
  package mutating func next() -> SpanBatch {
    traceCount += 1
    var random = SplitMix64(
      seed: SplitMix64.mix(seed) &+ SplitMix64.mix(UInt64(traceCount)))
    let plan = CheckoutPlan(&random)
    switch dialect {
    case .v1: return v1Trace(plan, &random)
    case .otlp: return otlpTrace(plan, &random)
    }
  }

  // MARK: v1

  private func v1Trace(_ plan: CheckoutPlan, _ random: inout SplitMix64) -> SpanBatch {
    var trace = SpanBatch()
    trace.scopes = [ScopeRecord()]
    for service in CheckoutPlan.services {
      _ = trace.add { trace in trace.attributes { $0.text("service.name", service) } }
    }
    var file = V1FileRecord()
    file.traceID = trace.append(Array("checkout-".utf8) + CheckoutText.hex(6, &random))
    trace.v1Files = [file]
    let ids = plan.steps.indices.map { trace.append(Self.v1SpanID($0)) }
    for (position, step) in plan.steps.enumerated() {
      var span = SpanRecord()
      span.dialect = .v1
      span.hasStatus = true
      span.statusCode = step.isFailed ? 2 : 1
      span.filePosition = UInt32(position)
      span.traceID = file.traceID
      span.spanID = ids[position]
      if step.parent >= 0 { span.parentSpanID = ids[step.parent] }
      span.name = trace.append("\(step.operation)")
      span.resource = UInt32(step.service)
      span.start = UInt64(step.start) * 1000
      span.end = span.start + UInt64(step.duration) * 1000
      span.attributes = trace.attributes { trace in
        trace.text("service.name", CheckoutPlan.services[step.service])
        trace.text("span.kind", "server")
        trace.request(step, &random)
        trace.text("net.peer.ip", CheckoutText.address(".", &random))
        trace.text("host.name", CheckoutText.host(&random))
        trace.text("k8s.pod.name", CheckoutText.pod(CheckoutPlan.services[step.service], &random))
        trace.text("k8s.namespace.name", "production")
        trace.text("thread.name", CheckoutText.numbered("http-worker-", 1...63, &random))
        trace.deployment()
        trace.text("user.id", CheckoutText.numbered("u_", 1000...9999, &random))
        trace.text("request.id", Array("req_".utf8) + CheckoutText.hex(16, &random))
        trace.details(step)
        if step.isFailed { trace.exception(step, &random) }
      }
      span.events = trace.events(of: span, step, &random) { trace, _ in
        trace.text("level", "error")
        trace.text("message", CheckoutText.failure)
      }
      trace.spans.append(span)
    }
    return trace
  }

  /// `s0001` for the first.
  private static func v1SpanID(_ position: Int) -> [UInt8] {
    var digits = Array(String(position + 1).utf8)
    while digits.count < 4 { digits.insert(UInt8(ascii: "0"), at: 0) }
    return Array("s".utf8) + digits
  }

  // MARK: OpenTelemetry

  private func otlpTrace(_ plan: CheckoutPlan, _ random: inout SplitMix64) -> SpanBatch {
    var trace = SpanBatch()
    var scope = ScopeRecord()
    scope.isPresent = true
    scope.name = trace.append("checkout")
    scope.version = trace.append("1.0.0")
    trace.scopes = [scope]
    let start =
      Self.firstStart + UInt64(traceCount - 1) * Self.interval
      + UInt64(random.below(Int(Self.interval)))
    let traceID = trace.append(Self.bytes(random.next(), random.next()))
    let ids = plan.steps.map { _ in trace.append(Self.bytes(random.next())) }
    let instances = plan.steps.map {
      $0.service * Self.podsPerService + random.below(Self.podsPerService)
    }
    // A pod exports its own spans together.
    var resources = [Int?](repeating: nil, count: pods.count * Self.podsPerService)
    let order = plan.steps.indices.sorted { (instances[$0], $0) < (instances[$1], $1) }
    for position in order {
      let step = plan.steps[position]
      var span = SpanRecord()
      span.traceID = traceID
      span.spanID = ids[position]
      if step.parent >= 0 { span.parentSpanID = ids[step.parent] }
      span.name = trace.append("\(step.operation)")
      span.kind = Self.kind(of: step)
      span.flags = 0x101
      span.start = start + UInt64(step.start) * 1000 + UInt64(random.below(1000))
      span.end = span.start + UInt64(step.duration) * 1000 + UInt64(random.below(1000))
      if step.isFailed {
        span.hasStatus = true
        span.statusCode = 2
        span.statusMessage = trace.append("\(CheckoutText.failure)")
      }
      let instance = instances[position]
      let resource = resources[instance] ?? trace.add(resource(step.service, instance))
      resources[instance] = resource
      span.resource = UInt32(resource)
      span.attributes = trace.attributes { trace in
        trace.request(step, &random)
        trace.text("net.peer.ip", CheckoutText.address(".", &random))
        trace.text("thread.name", CheckoutText.numbered("http-worker-", 1...63, &random))
        trace.text("user.id", CheckoutText.numbered("u_", 1000...9999, &random))
        trace.text("request.id", Array("req_".utf8) + CheckoutText.hex(16, &random))
        trace.details(step)
      }
      span.events = trace.events(of: span, step, &random) { $0.exception(step, &$1) }
      if step.operation.isEnqueue && position + 1 < ids.count {
        var link = LinkRecord()
        link.traceID = traceID
        link.spanID = ids[position + 1]
        link.attributes = trace.attributes { $0.text("messaging.operation", "process") }
        span.links = RecordRange(trace.links.count, 1)
        trace.links.append(link)
      }
      trace.spans.append(span)
    }
    return trace
  }

  /// What says where the spans of a pod come from.
  private func resource(_ service: Int, _ instance: Int) -> (inout SpanBatch) -> RecordRange {
    let pod = pods[service][instance % Self.podsPerService]
    return { trace in
      trace.attributes { trace in
        trace.text("service.name", CheckoutPlan.services[service])
        trace.text("host.name", pod.host)
        trace.text("k8s.pod.name", pod.name)
        trace.text("k8s.namespace.name", "production")
        trace.deployment()
      }
    }
  }

  /// Server, but for calls of the database (client) and of a queue (producer).
  private static func kind(of step: CheckoutPlan.Step) -> Int32 {
    if step.operation.isEnqueue { return 4 }
    return step.service == CheckoutPlan.database ? 3 : 2
  }

  private static func bytes(_ words: UInt64...) -> [UInt8] {
    words.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
  }
}

extension StaticString {
  fileprivate var isEnqueue: Bool { "\(self)" == "enqueue" }
}
