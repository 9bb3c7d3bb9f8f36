package import BHTrace

extension SearchValue {
  /// The value of `record`, whose bytes lie in `arena`: what queries do not know (bytes, lists of
  /// keys and values, mixed and empty arrays) counts as missing.
  package init(_ record: AttributeRecord, in arena: [UInt8]) {
    switch record.kind {
    case .string: self = .text(Array(arena[record.range.positions]))
    case .bool: self = .bool(record.bits != 0)
    case .int: self = .int(Int64(bitPattern: record.bits))
    case .double: self = .float(Double(bitPattern: record.bits))
    case .array: self = Self.array(record, in: arena)
    default: self = .missing
    }
  }

  private static func array(_ record: AttributeRecord, in arena: [UInt8]) -> SearchValue {
    guard let value = try? AttributeValue(record, in: arena), case .array(let elements) = value
    else { return .missing }
    switch elements.first {
    case .string:
      let texts: [[UInt8]] = elements.compactMap {
        if case .string(let text) = $0 { Array(text.utf8) } else { nil }
      }
      return texts.count == elements.count ? .texts(texts) : .missing
    case .int:
      let ints: [Int64] = elements.compactMap { if case .int(let int) = $0 { int } else { nil } }
      return ints.count == elements.count ? .ints(ints) : .missing
    case .double:
      let floats: [Double] = elements.compactMap {
        if case .double(let float) = $0 { float } else { nil }
      }
      return floats.count == elements.count ? .floats(floats) : .missing
    case .bool:
      let bools: [Bool] = elements.compactMap {
        if case .bool(let bool) = $0 { bool } else { nil }
      }
      return bools.count == elements.count ? .bools(bools) : .missing
    default: return .missing
    }
  }
}
