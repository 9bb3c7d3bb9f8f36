@testable import BHTrace

extension SpanBatch {
  /// How the tree of a large trace looks.
  enum Growth: CaseIterable {
    /// Chains of thousands of spans.
    case deep
    /// Nearly all spans under the root.
    case wide
    /// Every parent equally likely.
    case random
    /// Many roots, some of them orphans.
    case forest
  }

  /// One trace of `count` spans whose tree grows as `growth` says, of three services.
  static func trace(
    _ count: Int, _ growth: Growth, seed: UInt64 = 1, attributes: Bool = true
  ) -> SpanBatch {
    var random = SeededGenerator(seed: seed)
    var batch = SpanBatch()
    for service in ["shop", "cart", "db"] {
      var resource = ResourceRecord()
      resource.isPresent = true
      resource.attributes = batch.attributes([("service.name", service)])
      batch.resources.append(resource)
    }
    batch.scopes.append(ScopeRecord())
    let traceID = batch.append((0..<16).map { UInt8(truncatingIfNeeded: seed) &+ $0 })
    let names = (0..<5).map { batch.append("operation \($0)") }
    func id(_ number: Int) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: (number + 1) >> (8 * (7 - $0))) }
    }
    for number in 0..<count {
      var span = SpanRecord()
      span.traceID = traceID
      span.spanID = batch.append(id(number))
      let parent: Int? =
        switch growth {
        case _ where number == 0: nil
        case .deep: number % 1000 == 7 ? Int.random(in: 0..<number, using: &random) : number - 1
        case .wide: number % 50 == 0 ? Int.random(in: 0..<number, using: &random) : 0
        case .random: Int.random(in: 0..<number, using: &random)
        case .forest:
          number % 7 == 0 ? nil : Int.random(in: max(0, number - 40)..<number, using: &random)
        }
      if let parent { span.parentSpanID = batch.append(id(parent)) }
      if growth == .forest && number % 21 == 0 && number > 0 {
        span.parentSpanID = batch.append(id(count + number))
      }
      span.name = names[Int.random(in: 0..<5, using: &random)]
      span.kind = Int32.random(in: 1...3, using: &random)
      span.resource = UInt32.random(in: 0..<3, using: &random)
      span.start =
        1_700_000_000_000_000_000 + UInt64(number) * 1000
        + UInt64.random(in: 0..<900, using: &random)
      span.end = span.start + UInt64.random(in: 0..<5_000_000, using: &random)
      span.statusCode = number % 97 == 5 ? 2 : 0
      if attributes { span.attributes = batch.attributes([("number", "no \(number)")]) }
      batch.spans.append(span)
    }
    return batch
  }
}

extension LoadedTrace {
  /// What the structure says in words, operations by name.
  var structureWords: [String] {
    (0..<tree.count).map { position in
      let operation = names.operations[Int(tree.operations[position])]
      let service = names.services[Int(operation.service)]
      return "\(tree.parents[position]) \(tree.starts[position]) \(tree.ends[position]) "
        + "\(tree.marks[position].rawValue) \(service) \(operation.name) \(operation.kind)"
    }
  }
}
