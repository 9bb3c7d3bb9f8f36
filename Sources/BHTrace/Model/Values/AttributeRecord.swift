/// One attribute of a span, event, link, resource or scope, as it lies in a `SpanBatch`.
///
/// Attributes keep their order and their duplicates. Scalars are held in `bits`; text, bytes and
/// nested values are runs of the batch's arena.
public struct AttributeRecord: Sendable {
  /// What kind of value the attribute has.
  public enum Kind: UInt8, Sendable {
    /// A key without a value field (`KeyValue.value` is absent).
    case absent = 0
    /// A value field with nothing in it: OTLP's empty `AnyValue`, JSON's null.
    case empty = 1
    /// UTF-8 text (kept as bytes, valid or not) at `range`.
    case string = 2
    /// True where `bits` is 1, false where it is 0.
    case bool = 3
    /// A signed 64-bit integer in `bits`.
    case int = 4
    /// An IEEE 754 double whose bit pattern is `bits`.
    case double = 5
    /// Bytes at `range`.
    case bytes = 6
    /// The protobuf wire form of an OTLP `ArrayValue` message at `range`.
    case array = 7
    /// The protobuf wire form of an OTLP `KeyValueList` message at `range`.
    case keyValueList = 8
    /// An `AnyValue` this model has no kind for (unknown fields, several values): its protobuf
    /// wire form, as it came, at `range`.
    case rawValue = 9
    /// A `KeyValue` with unknown fields: the protobuf wire form of the whole message, as it
    /// came, at `range`.
    case rawKeyValue = 10
  }

  /// The key: UTF-8 text, kept as bytes.
  public var key: ByteRange
  /// The kind of value.
  public var kind: Kind
  /// A scalar value, or offset and count of a run of the arena.
  public var bits: UInt64

  /// An attribute whose value is a scalar (or has no content at all).
  @inlinable
  public init(key: ByteRange, kind: Kind, bits: UInt64 = 0) {
    self.key = key
    self.kind = kind
    self.bits = bits
  }

  /// An attribute whose value is the run `range`.
  @inlinable
  public init(key: ByteRange, kind: Kind, range: ByteRange) {
    self.init(
      key: key, kind: kind, bits: UInt64(range.offset) << 32 | UInt64(range.count))
  }

  /// The value's run of the arena, for the kinds that have one.
  @inlinable
  public var range: ByteRange {
    ByteRange(
      offset: UInt32(truncatingIfNeeded: bits >> 32), count: UInt32(truncatingIfNeeded: bits))
  }
}

extension AttributeRecord.Kind {
  /// Whether the value is a run of bytes rather than a scalar.
  @inlinable
  public var hasRange: Bool {
    switch self {
    case .string, .bytes, .array, .keyValueList, .rawValue, .rawKeyValue: true
    case .absent, .empty, .bool, .int, .double: false
    }
  }
}
