import BHTrace

/// How generated spans get their attributes and events.
extension SpanBatch {
  /// The run of the attributes that `add` appends.
  mutating func attributes(_ add: (inout SpanBatch) -> Void) -> RecordRange {
    let first = attributes.count
    add(&self)
    return RecordRange(first, attributes.count - first)
  }

  /// Appends an attribute.
  mutating func text(_ key: StaticString, _ value: [UInt8]) {
    let key = append("\(key)")
    attributes.append(AttributeRecord(key: key, kind: .string, range: append(value)))
  }

  /// Appends an attribute.
  mutating func text(_ key: StaticString, _ value: StaticString) {
    text(key, Array("\(value)".utf8))
  }

  /// Adds a resource with the attributes `write` makes, and returns its number.
  mutating func add(_ write: (inout SpanBatch) -> RecordRange) -> Int {
    var resource = ResourceRecord()
    resource.isPresent = true
    resource.attributes = write(&self)
    resources.append(resource)
    return resources.count - 1
  }

  /// Appends what is said about a request.
  mutating func request(_ step: CheckoutPlan.Step, _ random: inout SplitMix64) {
    text("http.method", step.parent < 0 ? "POST" : random.pick(["GET", "POST", "PUT"]))
    text("http.route", CheckoutText.route(step))
    attributes.append(
      AttributeRecord(
        key: append("http.status_code"), kind: .int, bits: step.isFailed ? 500 : 200))
    text("http.user_agent", CheckoutText.userAgent)
    text("http.response.body.sample", CheckoutText.body(&random))
  }

  /// Appends what all spans of a deployment say.
  mutating func deployment() {
    text("telemetry.sdk.name", "opentelemetry")
    text("telemetry.sdk.version", "1.25.0")
    text("deployment.environment", "production")
    text("cloud.region", "us-east-1")
  }

  /// Appends what only spans of some services say.
  mutating func details(_ step: CheckoutPlan.Step) {
    if step.service != CheckoutPlan.database { return }
    text("db.system", "postgresql")
    text("db.statement", CheckoutText.statement(step))
  }

  /// Appends what is said about an exception.
  mutating func exception(_ step: CheckoutPlan.Step, _ random: inout SplitMix64) {
    text("exception.type", "RuntimeError")
    text("exception.message", CheckoutText.failure)
    text("exception.stacktrace", CheckoutText.stackTrace(step, &random))
  }

  /// Adds the events of `span`: that it began, and, where it failed, an exception with the
  /// attributes `exception` appends.
  mutating func events(
    of span: SpanRecord, _ step: CheckoutPlan.Step, _ random: inout SplitMix64,
    exception: (inout SpanBatch, inout SplitMix64) -> Void
  ) -> RecordRange {
    let first = events.count
    let offset = random.below(min(step.duration, 900))
    var enter = EventRecord()
    enter.time = span.start + UInt64(offset) * 1000
    enter.name = append("enter")
    enter.attributes = attributes { $0.text("level", "debug") }
    events.append(enter)
    if step.isFailed {
      var failure = EventRecord()
      failure.time = enter.time + UInt64((step.duration - offset) / 2) * 1000
      failure.name = append("exception")
      failure.attributes = attributes { exception(&$0, &random) }
      events.append(failure)
    }
    return RecordRange(first, events.count - first)
  }
}
