@testable import BHTSearch
@testable import BHTrace

/// A span with all it says, as the reference evaluator looks at it.
final class ReferenceSpan {
  /// Attributes of one place. Of several with one key the last one counts.
  struct Attributes {
    var values: [[UInt8]: SearchValue] = [:]

    subscript(key: [UInt8]) -> SearchValue { values[key] ?? .missing }
  }

  struct Event {
    var name: [UInt8]
    var time: UInt64
    var attributes: Attributes
  }

  struct Link {
    var traceID: [UInt8]
    var spanID: [UInt8]
    var attributes: Attributes
  }

  /// Ids as text: lower-case hexadecimal, or what a v1 file says.
  var traceID: [UInt8]
  var spanID: [UInt8]
  var parentID: [UInt8]
  var name: [UInt8]
  var kind: Int32
  var status: Int32
  var statusMessage: [UInt8]
  var start: UInt64
  var end: UInt64
  var serviceName: [UInt8]
  var attributes: Attributes
  var resource: Attributes
  var scopeName: [UInt8]
  var scopeVersion: [UInt8]
  var scope: Attributes
  var events: [Event]
  var links: [Link]

  /// Nanoseconds; 0 where the end lies before the start.
  var duration: Int64 { end > start ? Int64(clamping: end - start) : 0 }

  /// Whether it says that it has a parent.
  var namesParent: Bool { !parentID.isEmpty }

  init(_ index: Int, of batch: SpanBatch) throws {
    let span = batch.spans[index]
    func id(_ range: ByteRange) -> [UInt8] {
      let bytes = batch.bytes(range)
      return span.dialect == .v1 ? bytes : hexadecimal(bytes)
    }
    func attributes(_ run: RecordRange) throws -> Attributes {
      var result = Attributes()
      for record in batch.attributes[run.indices] {
        result.values[batch.bytes(record.key)] = try searchValue(record, in: batch.arena)
      }
      return result
    }
    let resource = batch.resources[Int(span.resource)]
    let scope = batch.scopes[Int(span.scope)]
    traceID = id(span.traceID)
    spanID = id(span.spanID)
    // An id of zeros is none.
    let parent = batch.bytes(span.parentSpanID)
    parentID = span.dialect == .otlp && parent.allSatisfy { $0 == 0 } ? [] : id(span.parentSpanID)
    name = batch.bytes(span.name)
    kind = span.kind
    status = span.statusCode
    statusMessage = batch.bytes(span.statusMessage)
    start = span.start
    end = span.end
    serviceName = batch.bytes(batch.serviceName(of: Int(span.resource)))
    self.attributes = try attributes(span.attributes)
    self.resource = try attributes(resource.attributes)
    scopeName = batch.bytes(scope.name)
    scopeVersion = batch.bytes(scope.version)
    self.scope = try attributes(scope.attributes)
    events = try batch.events[span.events.indices].map {
      Event(
        name: batch.bytes($0.name), time: $0.time, attributes: try attributes($0.attributes))
    }
    links = try batch.links[span.links.indices].map {
      Link(
        traceID: id($0.traceID), spanID: id($0.spanID), attributes: try attributes($0.attributes))
    }
  }
}

/// `bytes` as lower-case hexadecimal text.
func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
}

/// What queries see of an attribute: maps, bytes, nulls, and arrays that are empty or mixed are
/// missing.
func searchValue(_ record: AttributeRecord, in arena: [UInt8]) throws -> SearchValue {
  var collector = ValueCollector()
  try collector.value(of: record, in: arena)
  return collector.result
}

/// Takes a scalar, or the elements of an array of scalars.
private struct ValueCollector: ValueSink {
  private var isArray = false
  private var hasOther = false
  private var scalars: [SearchValue] = []

  var result: SearchValue {
    if hasOther || scalars.isEmpty { return .missing }
    if !isArray { return scalars[0] }
    var texts: [[UInt8]] = []
    var ints: [Int64] = []
    var floats: [Double] = []
    var bools: [Bool] = []
    for scalar in scalars {
      switch scalar {
      case .text(let value): texts.append(value)
      case .int(let value): ints.append(value)
      case .float(let value): floats.append(value)
      case .bool(let value): bools.append(value)
      default: return .missing
      }
    }
    switch scalars.count {
    case texts.count: return .texts(texts)
    case ints.count: return .ints(ints)
    case floats.count: return .floats(floats)
    case bools.count: return .bools(bools)
    default: return .missing
    }
  }

  mutating func key(_ arena: [UInt8], _ range: ByteRange) {}
  mutating func null() { hasOther = true }
  mutating func bool(_ value: Bool) { scalars.append(.bool(value)) }
  mutating func int(_ value: Int64) { scalars.append(.int(value)) }
  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange) { hasOther = true }
  mutating func double(_ value: Double) { scalars.append(.float(value)) }
  mutating func string(_ arena: [UInt8], _ range: ByteRange) {
    scalars.append(.text(Array(arena[range.positions])))
  }
  mutating func bytes(_ arena: [UInt8], _ range: ByteRange) { hasOther = true }
  mutating func beginArray() {
    if isArray { hasOther = true }
    isArray = true
  }
  mutating func endArray() {}
  mutating func beginObject() { hasOther = true }
  mutating func endObject() {}
}
