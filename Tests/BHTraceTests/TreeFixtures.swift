@testable import BHTrace

/// A span as tests write it down: what the tree and the path depend on.
struct PlainSpan {
  var id: String
  var parent = ""
  var start: UInt64 = 0
  var end: UInt64 = 0
  var kind: Int32 = 1
  var status: Int32 = 0
  var service = "svc"
  var name = "op"
  var trace = "t"
}

/// A small generator whose seed a failing test prints (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension SpanBatch {
  /// A batch of `spans`, each service one resource.
  init(_ plain: [PlainSpan]) {
    self.init()
    var resourceOf: [String: UInt32] = [:]
    scopes.append(ScopeRecord())
    for one in plain {
      var span = SpanRecord()
      span.traceID = append(one.trace)
      span.spanID = append(one.id)
      span.parentSpanID = append(one.parent)
      span.name = append(one.name)
      span.start = one.start
      span.end = one.end
      span.kind = one.kind
      span.statusCode = one.status
      if let known = resourceOf[one.service] {
        span.resource = known
      } else {
        var resource = ResourceRecord()
        resource.attributes = RecordRange(attributes.count, 1)
        attributes.append(
          AttributeRecord(
            key: append("service.name"), kind: .string, range: append(one.service)))
        span.resource = UInt32(resources.count)
        resourceOf[one.service] = span.resource
        resources.append(resource)
      }
      spans.append(span)
    }
  }
}

/// A tree with its names, made from a batch the way an archive makes it.
struct NamedTree {
  var tree: TraceTree
  var names: NameTable
  /// The batch's span at each pre-order position.
  var order: [Int]

  init(_ batch: SpanBatch, spans: [Int]? = nil) {
    let chosen = spans ?? Array(batch.spans.indices)
    let built = TraceTreeBuilder.build(
      chosen.map { SpanReference(batch: 0, span: $0) }, in: [batch])
    tree = built.tree
    order = built.order.map { chosen[$0] }
    names = NameTable()
    for (position, index) in order.enumerated() {
      let span = batch.spans[index]
      let service = batch.bytes(batch.serviceName(of: Int(span.resource)))
      let known = names.services.firstIndex(of: service)
      if known == nil { names.services.append(service) }
      let operation = NameTable.Operation(
        service: UInt32(known ?? names.services.count - 1), name: batch.bytes(span.name),
        kind: span.kind)
      let number = names.operations.firstIndex(of: operation)
      if number == nil { names.operations.append(operation) }
      tree.operations[position] = UInt32(number ?? names.operations.count - 1)
    }
  }

  init(_ plain: [PlainSpan]) { self.init(SpanBatch(plain)) }
}
