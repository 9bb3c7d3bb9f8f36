/// What a search wants of the value of an attribute, as far as single values tell.
///
/// `accepts` may say yes to values that turn out not to match; never no to one that does.
package protocol AttributeTest: Sendable {
  /// Whether a value may match: a scalar is `bits`, others lie at `range` of `arena`.
  func accepts(
    _ kind: AttributeRecord.Kind, bits: UInt64, _ arena: [UInt8], _ range: ByteRange
  ) -> Bool
  /// Whether any value of this kind may match.
  func accepts(_ kind: AttributeRecord.Kind) -> Bool
  /// Where of values of `kind` only one can match, that one.
  func exact(_ kind: AttributeRecord.Kind) -> ExactValue?
  /// Whether numbers inside these bounds may match.
  func accepts(_ bounds: NumberBounds) -> Bool
}

/// One value, as the hashes of VALUES know it.
package enum ExactValue: Sendable, Hashable {
  case bytes([UInt8])
  case int(Int64)

  /// The hash of the value under `key`, of the kinds that VALUES have.
  package func hash(_ kind: AttributeRecord.Kind, key: [UInt8]) -> UInt64 {
    let begin = ValueHash(kind: kind, key: key)
    switch self {
    case .bytes(let bytes): return begin.hash(bytes)
    case .int(let value): return begin.hash(int: UInt64(bitPattern: value))
    }
  }
}

/// Who an attribute is of.
package enum AttributeOwner: Sendable, Hashable {
  case span
  case event
  case link
}
