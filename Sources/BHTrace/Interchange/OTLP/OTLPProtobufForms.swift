/// How resources, scopes and recurring runs of attributes are written: each is put together once and
/// copied afterwards.
struct OTLPProtobufForms {
  /// The bytes of all forms.
  private(set) var arena: [UInt8] = []
  /// The field each resource of the batch is written as; empty where there is no message.
  private(set) var resources: [ByteRange] = []
  /// The same for scopes.
  private(set) var scopes: [ByteRange] = []
  private var knownResources: [Bool] = []
  private var knownScopes: [Bool] = []
  /// For the first attribute of a run that batches share, the fields of a span it is written as.
  private var runs: [ByteRange]
  private let sharedAttributes: Int

  /// Forms of batches whose first `sharedAttributes` attributes are always the same; where there
  /// are any, resources and scopes are too.
  init(sharedAttributes: Int) {
    self.sharedAttributes = sharedAttributes
    runs = [ByteRange](repeating: .empty, count: sharedAttributes)
  }

  /// Starts with a batch; forgets what another one had where nothing is shared.
  mutating func begin(_ fields: OTLPProtobufFields) {
    if sharedAttributes > 0 && !resources.isEmpty { return }
    arena.removeAll(keepingCapacity: true)
    resources = [ByteRange](repeating: .empty, count: fields.batch.resources.count)
    scopes = [ByteRange](repeating: .empty, count: fields.batch.scopes.count)
    knownResources = [Bool](repeating: false, count: resources.count)
    knownScopes = [Bool](repeating: false, count: scopes.count)
  }

  /// The form of resource `number`.
  mutating func resource(_ number: Int, _ fields: OTLPProtobufFields) -> ByteRange {
    if knownResources[number] { return resources[number] }
    knownResources[number] = true
    let record = fields.batch.resources[number]
    if !record.isPresent { return .empty }
    resources[number] = add(1 + WireSize.delimited(fields.sizes.resource(record))) {
      fields.write(record, to: &$0)
    }
    return resources[number]
  }

  /// The form of scope `number`.
  mutating func scope(_ number: Int, _ fields: OTLPProtobufFields) -> ByteRange {
    if knownScopes[number] { return scopes[number] }
    knownScopes[number] = true
    let record = fields.batch.scopes[number]
    if !record.isPresent { return .empty }
    scopes[number] = add(1 + WireSize.delimited(fields.sizes.scope(record))) {
      fields.write(record, to: &$0)
    }
    return scopes[number]
  }

  /// The form of a span's attributes; nil where they are not shared.
  @inline(__always)
  mutating func attributes(_ run: RecordRange, _ fields: OTLPProtobufFields) -> ByteRange? {
    let first = Int(run.first)
    if first >= sharedAttributes || run.count == 0 { return nil }
    if runs[first].isEmpty {
      runs[first] = add(fields.sizes.attributes(run)) {
        fields.write(run, OTLPTag.Span.attributes, to: &$0)
      }
    }
    return runs[first]
  }

  /// The form of a span's attributes that was asked for before; nil where they are not shared.
  @inline(__always)
  func known(_ run: RecordRange) -> ByteRange? {
    let first = Int(run.first)
    return first >= sharedAttributes || run.count == 0 ? nil : runs[first]
  }

  private mutating func add(
    _ size: Int, _ write: (inout OutputSpan<UInt8>) -> Void
  ) -> ByteRange {
    let start = arena.count
    arena.append(addingCapacity: size) { (out: inout OutputSpan<UInt8>) in write(&out) }
    return ByteRange(start, size)
  }
}
