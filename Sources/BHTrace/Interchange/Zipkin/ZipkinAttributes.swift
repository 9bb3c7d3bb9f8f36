/// The attributes of a span that are endpoints: those at its end that stand in the order in which
/// the reader puts them there. Others with the same keys are tags, as they were in Zipkin's own.
struct ZipkinEndpoints {
  /// What of the endpoints an attribute is, in the reader's order.
  enum Place: Int, CaseIterable {
    case localIPv4, localIPv6, localPort, remoteService, remoteIPv4, remoteIPv6, remotePort
  }

  private var indices = [Int?](repeating: nil, count: Place.allCases.count)
  private let first: Int

  /// Finds the endpoints among `attributes` of `batch`.
  init(_ attributes: ArraySlice<AttributeRecord>, _ batch: SpanBatch) {
    var last = Place.allCases.count
    var index = attributes.endIndex
    while index > attributes.startIndex,
      let place = Self.place(attributes[index - 1], batch), place.rawValue < last
    {
      index -= 1
      indices[place.rawValue] = index
      last = place.rawValue
    }
    first = index
  }

  /// The index of the attribute of a place.
  subscript(_ place: Place) -> Int? { indices[place.rawValue] }

  /// Whether the attribute at `index` is one of them.
  func has(_ index: Int) -> Bool { index >= first }

  /// The addresses of the span's own side.
  var local: [Int] { [.localIPv4, .localIPv6].compactMap { self[$0] } }

  /// The addresses of the other side.
  var remote: [Int] { [.remoteIPv4, .remoteIPv6].compactMap { self[$0] } }

  /// Whether an address is one of IP version 6.
  static func isNew(_ address: AttributeRecord, _ batch: SpanBatch) -> Bool {
    batch.arena[address.range.positions].contains(UInt8(ascii: ":"))
  }

  private static func place(_ attribute: AttributeRecord, _ batch: SpanBatch) -> Place? {
    switch attribute.kind {
    case .string:
      if attribute.range.isEmpty { return nil }
      if batch.equals(attribute.key, ZipkinKey.localIP) {
        return isNew(attribute, batch) ? .localIPv6 : .localIPv4
      }
      if batch.equals(attribute.key, ZipkinKey.remoteIP) {
        return isNew(attribute, batch) ? .remoteIPv6 : .remoteIPv4
      }
      return batch.equals(attribute.key, ZipkinKey.remoteService) ? .remoteService : nil
    case .int:
      if attribute.bits == 0 { return nil }
      if batch.equals(attribute.key, ZipkinKey.localPort) { return .localPort }
      return batch.equals(attribute.key, ZipkinKey.remotePort) ? .remotePort : nil
    default: return nil
    }
  }
}

/// The attributes of a span that are flags of Zipkin's. Tags are text, so there is no confusion.
struct ZipkinFlags {
  private(set) var shared: Int?
  private(set) var debug: Int?
  private(set) var noTimestamp: Int?
  private(set) var noDuration: Int?

  /// Finds the flags among `attributes` of `batch`.
  init(_ attributes: ArraySlice<AttributeRecord>, _ batch: SpanBatch) {
    for (index, attribute) in zip(attributes.indices, attributes) {
      if attribute.kind != .bool || attribute.bits == 0 { continue }
      if batch.equals(attribute.key, ZipkinKey.shared) { shared = index }
      if batch.equals(attribute.key, ZipkinKey.debug) { debug = index }
      if batch.equals(attribute.key, ZipkinKey.noTimestamp) { noTimestamp = index }
      if batch.equals(attribute.key, ZipkinKey.noDuration) { noDuration = index }
    }
  }

  /// Whether the attribute at `index` is one of them.
  func has(_ index: Int) -> Bool {
    index == shared || index == debug || index == noTimestamp || index == noDuration
  }
}
