/// Numbers what spans come from: services, operations, resources, scopes and their pairs.
struct OriginMiner: Sendable {
  /// What a span's index entry needs.
  struct Origin {
    var operation: UInt32
    /// Number of the (resource, scope) pair among those of the operation.
    var context: UInt32
  }

  private(set) var services = ByteInterner()
  private var operations = ByteInterner()
  private(set) var operationCounts: [Int] = []
  private(set) var operationList: [NameTable.Operation] = []
  /// For each operation (and the begin, at 0) which came after it last, plus 1.
  private var following = [0]
  private var last = 0
  /// For each operation its (resource, scope) pairs in order of appearance.
  private(set) var contexts: [[(resource: UInt32, scope: UInt32)]] = []
  private var contextNumbers: [ContextKey: UInt32] = [:]
  private var origins = OriginCatalog()
  // For each batch: what its resources and scopes are numbered here, -1 for not yet seen.
  private var resourceNumbers: [[Int32]]
  private var scopeNumbers: [[Int32]]
  /// For each resource number its service's.
  private var resourceServices: [UInt32] = []
  private var buffer = ByteWriter(capacity: 256)

  init(_ batches: [SpanBatch]) {
    resourceNumbers = batches.map { [Int32](repeating: -1, count: $0.resources.count) }
    scopeNumbers = batches.map { [Int32](repeating: -1, count: $0.scopes.count) }
  }

  /// All resources and scopes, each once.
  var catalog: SpanBatch { origins.batch }

  /// The origin of `span` of `source`, which is batch number `batch`; its resource's keys go into
  /// `keys`.
  mutating func origin(
    of span: SpanRecord, in source: SpanBatch, _ batch: Int, keys: inout SequenceInterner
  ) -> Origin {
    let resource = resourceNumber(Int(span.resource), in: source, batch, keys: &keys)
    let scope = scopeNumber(Int(span.scope), in: source, batch, keys: &keys)
    let service = resourceServices[Int(resource)]
    let guess = following[last] - 1
    let operation: Int
    if guess >= 0 && operations.tag(guess) == service && operationList[guess].kind == span.kind
      && hasName(guess, source.arena, span.name)
    {
      operation = guess
    } else {
      operation = operationNumber(service, span.kind, source.arena, span.name)
      following[last] = operation + 1
    }
    last = operation + 1
    operationCounts[operation] += 1
    let context = contextNumber(operation, resource, scope)
    return Origin(operation: UInt32(operation), context: context)
  }

  /// An operation's string is its kind and its name; the tag is its service.
  private static let nameOffset = 4

  private func hasName(_ operation: Int, _ arena: [UInt8], _ name: ByteRange) -> Bool {
    let known = operations.range(operation)
    return ByteComparison.equal(
      operations.arena,
      ByteRange(Int(known.offset) + Self.nameOffset, Int(known.count) - Self.nameOffset), arena,
      name)
  }

  private mutating func operationNumber(
    _ service: UInt32, _ kind: Int32, _ arena: [UInt8], _ name: ByteRange
  ) -> Int {
    buffer.removeAll()
    buffer.uint32(UInt32(bitPattern: kind))
    buffer.append(name, of: arena)
    let operation = operations.intern(buffer.bytes, ByteRange(0, buffer.count), tag: service)
    if operation == operationList.count {
      operationList.append(
        NameTable.Operation(service: service, name: Array(arena[name.positions]), kind: kind))
      operationCounts.append(0)
      contexts.append([])
      following.append(0)
    }
    return operation
  }

  /// The number of the pair among those of the operation: nearly always one of the first.
  private mutating func contextNumber(
    _ operation: Int, _ resource: UInt32, _ scope: UInt32
  ) -> UInt32 {
    for number in 0..<min(4, contexts[operation].count) {
      let pair = contexts[operation][number]
      if pair.resource == resource && pair.scope == scope { return UInt32(number) }
    }
    let key = ContextKey(operation: operation, resource: resource, scope: scope)
    if let number = contextNumbers[key] { return number }
    let number = UInt32(contexts[operation].count)
    contexts[operation].append((resource, scope))
    contextNumbers[key] = number
    return number
  }

  private struct ContextKey: Hashable {
    var operation: Int
    var resource: UInt32
    var scope: UInt32
  }

  private mutating func resourceNumber(
    _ index: Int, in source: SpanBatch, _ batch: Int, keys: inout SequenceInterner
  ) -> UInt32 {
    let known = resourceNumbers[batch][index]
    if known >= 0 { return UInt32(known) }
    let number = origins.resource(source.resources[index], of: source, batch, keys: &keys)
    noteService(of: number, index, in: source)
    resourceNumbers[batch][index] = Int32(number)
    return UInt32(number)
  }

  /// Notes the service of resource `number`, which is number `index` of `source`.
  private mutating func noteService(of number: Int, _ index: Int, in source: SpanBatch) {
    if number < resourceServices.count { return }
    let service = services.intern(source.arena, source.serviceName(of: index))
    resourceServices.append(UInt32(service))
  }

  private mutating func scopeNumber(
    _ index: Int, in source: SpanBatch, _ batch: Int, keys: inout SequenceInterner
  ) -> UInt32 {
    let known = scopeNumbers[batch][index]
    if known >= 0 { return UInt32(known) }
    let number = origins.scope(source.scopes[index], of: source, keys: &keys)
    scopeNumbers[batch][index] = Int32(number)
    return UInt32(number)
  }

  /// What the numbers of one miner are in those of the miner that adopted it.
  struct Translation: Sendable {
    var operations: [UInt32] = []
    /// For each operation what its contexts are.
    var contexts: [[UInt32]] = []
  }

  /// The numbers of this miner as they are.
  var ownTranslation: Translation {
    Translation(
      operations: Array(0..<UInt32(operationList.count)),
      contexts: contexts.map { Array(0..<UInt32($0.count)) })
  }

  /// Takes in what `next` found in the traces that follow. `keys` has the keys of `next` already.
  mutating func adopt(_ next: OriginMiner, keys: inout SequenceInterner) -> Translation {
    let theirs = next.catalog
    let resources = theirs.resources.indices.map { index in
      let number = origins.resource(theirs.resources[index], of: theirs, keys: &keys)
      noteService(of: number, index, in: theirs)
      return UInt32(number)
    }
    let scopes = theirs.scopes.map { UInt32(origins.scope($0, of: theirs, keys: &keys)) }
    // A service without a resource of its own there is not.
    let services = next.services.count == 0 ? [] : self.services.adopt(next.services) { $0 }
    var numbers = Translation()
    for (index, known) in next.operationList.enumerated() {
      let operation = operationNumber(
        services[Int(known.service)], known.kind, known.name, ByteRange(0, known.name.count))
      operationCounts[operation] += next.operationCounts[index]
      numbers.operations.append(UInt32(operation))
      numbers.contexts.append(
        next.contexts[index].map {
          contextNumber(operation, resources[Int($0.resource)], scopes[Int($0.scope)])
        })
    }
    return numbers
  }
}
