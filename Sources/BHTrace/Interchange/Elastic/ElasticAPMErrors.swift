/// The spans of Elastic APM's documents, held until the errors that happened in them have come.
///
/// An error is found by its span as long as both are among the last that were read; the others are
/// counted.
///
/// | error | event |
/// |---|---|
/// | `error.exception` | name `exception`; of the first one `exception.type`, `exception.message` |
/// | without an exception | name `error` |
/// | `error.*`, and all that its span does not say as well | attributes under their own keys |
struct ElasticAPMErrors {
  /// An error whose span has not come.
  private struct Waiting {
    var error: SpanDraft
    var fallback: [UInt8]
  }

  private var spans: [SpanDraft] = []
  private var byteCount = 0
  // Places count from the first span of all.
  private var gone = 0
  private var places: [[UInt8]: Int] = [:]
  private var waiting: [Waiting?] = []
  private var waitingFor: [[UInt8]: [Int]] = [:]
  private var errorBytes = 0

  /// So much is held at most: spans, errors, and bytes of their documents.
  private static let heldSpans = 1 << 12
  private static let heldErrors = 1 << 12
  private static let heldBytes = 1 << 24

  /// Resources of more fields are not compared.
  private static let comparedFields = 256

  /// The number of spans that are held.
  var count: Int { spans.count }

  /// Takes a span whose document has so many bytes.
  mutating func add(
    _ span: SpanDraft, byteCount: Int, into batch: inout DraftedBatch,
    _ notes: inout DocumentNotes
  ) {
    let key = span.traceID + span.spanID
    places[key] = gone + spans.count
    spans.append(span)
    self.byteCount += byteCount
    for index in waitingFor.removeValue(forKey: key) ?? [] {
      guard let found = waiting[index] else { continue }
      attach(found.error, to: gone + spans.count - 1)
      waiting[index] = nil
    }
    if spans.count >= Self.heldSpans || self.byteCount >= Self.heldBytes { letGo(&batch) }
  }

  /// Takes an error whose document has so many bytes.
  mutating func add(
    error left: inout FieldsLeft, byteCount: Int, into batch: inout DraftedBatch,
    _ notes: inout DocumentNotes
  ) {
    let traceID = left.id("trace.id", width: 16)
    let transaction = traceID + left.id("transaction.id", width: 8)
    let parentID = left.id("parent.id", width: 8)
    let parent = parentID.isEmpty ? transaction : traceID + parentID
    var error = SpanDraft()
    error.name = "error"
    error.start = ElasticAPM.time(&left, &notes)
    readException(&left, into: &error)
    ElasticAPM.readRest(&left, into: &error)
    if let place = places[parent] {
      attach(error, to: place)
      self.byteCount += byteCount
      if self.byteCount >= Self.heldBytes { letGo(&batch) }
      return
    }
    if waiting.count >= Self.heldErrors || errorBytes >= Self.heldBytes { giveUp(&notes) }
    errorBytes += byteCount
    waitingFor[parent, default: []].append(waiting.count)
    waiting.append(Waiting(error: error, fallback: transaction))
  }

  /// Hands out all spans, and counts the errors of others.
  mutating func finish(into batch: inout DraftedBatch, _ notes: inout DocumentNotes) {
    giveUp(&notes)
    for span in spans { batch.add(span) }
    self = ElasticAPMErrors()
  }

  private func readException(_ left: inout FieldsLeft, into error: inout SpanDraft) {
    let list = left.value(of: "error.exception")?.array ?? []
    let first = list.first?.object
    let type = first?.text("type") ?? left.text("error.exception.type")
    let message = first?.text("message") ?? left.text("error.exception.message")
    if type == nil && message == nil && list.isEmpty { return }
    error.name = "exception"
    error.attributes.append("exception.type", ifAny: type.map { .string($0) })
    error.attributes.append("exception.message", ifAny: message.map { .string($0) })
  }

  /// Makes an error an event of the span at `place`.
  private mutating func attach(_ error: SpanDraft, to place: Int) {
    let index = place - gone
    var event = SpanDraft.Event(name: error.name, time: error.start, attributes: error.attributes)
    let resource = spans[index].resource
    let isSmall = resource.count <= Self.comparedFields
    for (key, value) in error.resource where !isSmall || resource[key] != value {
      event.attributes.append(key, value)
    }
    spans[index].events.append(event)
  }

  /// Hands the errors that wait to the transactions they name, and counts the rest.
  private mutating func giveUp(_ notes: inout DocumentNotes) {
    var lost = 0
    for case let found? in waiting {
      if let place = places[found.fallback] {
        attach(found.error, to: place)
      } else {
        lost += 1
      }
    }
    notes.count("error documents whose span is not near them left out", lost)
    waiting.removeAll()
    waitingFor.removeAll()
    errorBytes = 0
  }

  /// Hands out the older half of the spans.
  private mutating func letGo(_ batch: inout DraftedBatch) {
    let half = (spans.count + 1) / 2
    for (index, span) in spans[..<half].enumerated() {
      let key = span.traceID + span.spanID
      if places[key] == gone + index { places[key] = nil }
      batch.add(span)
    }
    spans.removeFirst(half)
    gone += half
    byteCount /= 2
  }
}
