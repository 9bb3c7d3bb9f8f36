/// Numbers what spans come from: services, operations, resources, scopes and their pairs.
struct OriginMiner {
  /// What a span's index entry needs.
  struct Origin {
    var operation: UInt32
    /// Number of the (resource, scope) pair among those of the operation.
    var context: UInt32
  }

  private let batches: [SpanBatch]
  private(set) var services = ByteInterner()
  private var operations = ByteInterner()
  private(set) var operationCounts: [Int] = []
  private(set) var operationList: [NameTable.Operation] = []
  /// For each operation its (resource, scope) pairs in order of appearance.
  private(set) var contexts: [[(resource: UInt32, scope: UInt32)]] = []
  private var contextNumbers: [ContextKey: UInt32] = [:]
  /// All resources and scopes, each once.
  private(set) var catalog = SpanBatch()
  private var resourceIdentities = ByteInterner()
  private var scopeIdentities = ByteInterner()
  // For each batch: what its resources and scopes are numbered here, -1 for not yet seen.
  private var resourceNumbers: [[Int32]]
  private var scopeNumbers: [[Int32]]
  private var resourceServices: [[UInt32]]
  private var buffer = ByteWriter(capacity: 256)

  init(_ batches: [SpanBatch]) {
    self.batches = batches
    resourceNumbers = batches.map { [Int32](repeating: -1, count: $0.resources.count) }
    scopeNumbers = batches.map { [Int32](repeating: -1, count: $0.scopes.count) }
    resourceServices = batches.map { [UInt32](repeating: 0, count: $0.resources.count) }
  }

  /// The origin of `span` of batch number `batch`; its resource's keys go into `keys`.
  mutating func origin(
    of span: SpanRecord, in batch: Int, keys: inout ByteInterner
  ) -> Origin {
    let resource = resourceNumber(Int(span.resource), in: batch, keys: &keys)
    let scope = scopeNumber(Int(span.scope), in: batch, keys: &keys)
    let service = resourceServices[batch][Int(span.resource)]
    buffer.removeAll()
    buffer.uint32(service)
    buffer.uint32(UInt32(bitPattern: span.kind))
    buffer.append(span.name, of: batches[batch].arena)
    let operation = operations.intern(buffer.bytes)
    if operation == operationList.count {
      operationList.append(
        NameTable.Operation(
          service: service, name: batches[batch].bytes(span.name), kind: span.kind))
      operationCounts.append(0)
      contexts.append([])
    }
    operationCounts[operation] += 1
    let context = contextNumber(operation, resource, scope)
    return Origin(operation: UInt32(operation), context: context)
  }

  /// The number of the pair among those of the operation: nearly always one of the first.
  private mutating func contextNumber(
    _ operation: Int, _ resource: UInt32, _ scope: UInt32
  ) -> UInt32 {
    for (number, pair) in contexts[operation].prefix(4).enumerated()
    where pair.resource == resource && pair.scope == scope {
      return UInt32(number)
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
    _ index: Int, in batch: Int, keys: inout ByteInterner
  ) -> UInt32 {
    let known = resourceNumbers[batch][index]
    if known >= 0 { return UInt32(known) }
    let source = batches[batch]
    let record = source.resources[index]
    buffer.removeAll()
    buffer.byte(record.isPresent ? 1 : 0)
    buffer.uint32(record.droppedAttributes)
    for range in [record.schemaURL, record.extra, record.outerExtra] { identify(range, source) }
    identify(record.attributes, source, keys: &keys)
    let number = resourceIdentities.intern(buffer.bytes)
    if number == catalog.resources.count {
      catalog.resources.append(catalog.copy(record, from: source))
    }
    resourceNumbers[batch][index] = Int32(number)
    let service = source.serviceName(of: index)
    resourceServices[batch][index] = UInt32(services.intern(source.arena, service))
    return UInt32(number)
  }

  private mutating func scopeNumber(
    _ index: Int, in batch: Int, keys: inout ByteInterner
  ) -> UInt32 {
    let known = scopeNumbers[batch][index]
    if known >= 0 { return UInt32(known) }
    let source = batches[batch]
    let record = source.scopes[index]
    buffer.removeAll()
    buffer.byte(record.isPresent ? 1 : 0)
    buffer.uint32(record.droppedAttributes)
    for range in [record.name, record.version, record.schemaURL, record.extra, record.outerExtra] {
      identify(range, source)
    }
    identify(record.attributes, source, keys: &keys)
    let number = scopeIdentities.intern(buffer.bytes)
    if number == catalog.scopes.count {
      catalog.scopes.append(catalog.copy(record, from: source))
    }
    scopeNumbers[batch][index] = Int32(number)
    return UInt32(number)
  }

  private mutating func identify(_ range: ByteRange, _ source: SpanBatch) {
    buffer.varint(Int(range.count))
    buffer.append(range, of: source.arena)
  }

  private mutating func identify(
    _ attributes: RecordRange, _ source: SpanBatch, keys: inout ByteInterner
  ) {
    for attribute in source.attributes[attributes.indices] {
      buffer.varint(keys.intern(source.arena, attribute.key))
      buffer.byte(attribute.kind.rawValue)
      if attribute.kind.hasRange {
        identify(attribute.range, source)
      } else {
        buffer.uint64(attribute.bits)
      }
    }
  }
}
