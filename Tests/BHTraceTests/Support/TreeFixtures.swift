@testable import BHTMeasure
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
  /// CHILD_OF links into the span's own trace: the ids they name.
  var childOf: [String] = []
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
    var resourceOf: [[UInt8]: UInt32] = [:]
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
      if let known = resourceOf[Array(one.service.utf8)] {
        span.resource = known
      } else {
        var resource = ResourceRecord()
        resource.attributes = RecordRange(attributes.count, 1)
        attributes.append(
          AttributeRecord(
            key: append("service.name"), kind: .string, range: append(one.service)))
        span.resource = UInt32(resources.count)
        resourceOf[Array(one.service.utf8)] = span.resource
        resources.append(resource)
      }
      let first = links.count
      for id in one.childOf { links.append(referenceLink(one.trace, id, "child_of")) }
      span.links = RecordRange(first, links.count - first)
      spans.append(span)
    }
  }

  /// A link to span `id` of `trace` with its type as OpenTracing shims write it.
  mutating func referenceLink(_ trace: String, _ id: String, _ type: String) -> LinkRecord {
    var link = LinkRecord()
    link.traceID = append(trace)
    link.spanID = append(id)
    link.attributes = RecordRange(attributes.count, 1)
    attributes.append(
      AttributeRecord(
        key: append("opentracing.ref_type"), kind: .string, range: append(type)))
    return link
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

extension NamedTree {
  /// The path from `root`, or from the main root.
  func path(_ method: CriticalPath.Method = .blocking, from root: Int? = nil) -> CriticalPath {
    CriticalPathQuery.path(
      of: tree, names: names,
      from: root ?? CriticalPathQuery.mainRoot(of: tree, method: method) ?? 0, method: method)
  }

  /// Sections as text: the operation, then the interval.
  func words(_ path: CriticalPath) -> [String] {
    path.sections.map {
      let name = names.operations[Int(tree.operations[$0.position])].name
      return "\(String(decoding: name, as: UTF8.self)) \($0.start)..\($0.end)"
    }
  }
}

/// One small random trace: zero-length, equal, overflowing, reversed and disjoint children, and
/// now and then a producer with its consumer.
func randomSpans(_ random: inout SeededGenerator, atMost count: Int = 12) -> [PlainSpan] {
  let span = UInt64.random(in: 1...24, using: &random)
  return (0..<Int.random(in: 1...count, using: &random)).map { number in
    let start = UInt64.random(in: 0...span, using: &random)
    let end: UInt64
    switch UInt64.random(in: 0..<8, using: &random) {
    case 0: end = start
    case 1: end = UInt64.random(in: 0...start, using: &random)
    default: end = UInt64.random(in: start...(span + 4), using: &random)
    }
    let parent = number == 0 ? "" : "s\(Int.random(in: 0..<number, using: &random))"
    return PlainSpan(
      id: "s\(number)", parent: parent, start: start, end: end,
      kind: [1, 1, 1, 2, 3, 4, 5].randomElement(using: &random) ?? 1, name: "s\(number)")
  }
}
