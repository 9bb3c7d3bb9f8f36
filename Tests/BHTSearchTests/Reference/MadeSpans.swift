@testable import BHTrace

/// A few spans that are written down, for queries whose answers can be seen.
struct MadeSpan {
  var name: String
  var parent: String?
  var trace: UInt8 = 1
  var service = "s"
  var kind: Int32 = 1
  var status: Int32 = 0
  /// Milliseconds.
  var start: UInt64 = 1000
  var duration: Int64 = 10
  var attributes: AttributeList = [:]
  var events: [(name: String, attributes: AttributeList)] = []
  var links: [AttributeList] = []

  /// The spans as one batch. A span's id is made of the first letter of its name, which is its own
  /// in the trace; a parent that is not among the spans is one that was lost.
  static func batch(_ spans: [MadeSpan]) -> SpanBatch {
    var batch = SpanBatch()
    batch.scopes.append(ScopeRecord())
    for made in spans {
      var resource = ResourceRecord()
      resource.attributes = batch.add(["service.name": .string(made.service), "zone": "z"])
      resource.isPresent = true
      batch.resources.append(resource)
      var span = SpanRecord()
      span.resource = UInt32(batch.resources.count - 1)
      span.traceID = batch.append(
        [UInt8](repeating: 0, count: 8) + [UInt8](repeating: made.trace, count: 8))
      span.spanID = batch.append(id(made.name))
      if let parent = made.parent { span.parentSpanID = batch.append(id(parent)) }
      span.name = batch.append(made.name)
      span.kind = made.kind
      span.statusCode = made.status
      span.hasStatus = made.status != 0
      span.start = made.start * 1_000_000
      span.end = UInt64(Int64(span.start) + made.duration * 1_000_000)
      span.attributes = batch.add(made.attributes)
      let events = made.events.map { event in
        var record = EventRecord()
        record.name = batch.append(event.name)
        record.time = span.start + 1_000_000
        record.attributes = batch.add(event.attributes)
        return record
      }
      span.events = RecordRange(batch.events.count, events.count)
      batch.events += events
      let links = made.links.map { attributes in
        var record = LinkRecord()
        record.traceID = batch.append([UInt8](repeating: 9, count: 16))
        record.spanID = batch.append([UInt8](repeating: 9, count: 8))
        record.attributes = batch.add(attributes)
        return record
      }
      span.links = RecordRange(batch.links.count, links.count)
      batch.links += links
      batch.spans.append(span)
    }
    return batch
  }

  private static func id(_ name: String) -> [UInt8] {
    [UInt8](repeating: name.utf8.first ?? 0, count: 8)
  }
}

extension SpanBatch {
  fileprivate mutating func add(_ attributes: AttributeList) -> RecordRange {
    let records = attributes.map { record($0.key, $0.value) }
    let run = RecordRange(self.attributes.count, records.count)
    self.attributes += records
    return run
  }
}
