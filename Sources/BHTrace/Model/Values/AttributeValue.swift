/// The value of an attribute, for people who write or read spans one at a time.
///
///     let value: AttributeValue = ["sql": "SELECT 1", "rows": [1, 2.5, nil]]
///
/// Readers and writers of many spans use `AttributeRecord` instead, which allocates nothing.
public enum AttributeValue: Sendable, Equatable {
  /// JSON's null, OTLP's empty value.
  case null
  case bool(Bool)
  case int(Int64)
  /// An integer beyond 64 bits, as its decimal digits (with a minus sign in front, perhaps).
  case bigInt(String)
  case double(Double)
  case string(String)
  /// Bytes that are no text (OTLP only).
  case bytes([UInt8])
  case array([AttributeValue])
  case object(AttributeList)

  /// Values are equal when they have the same case and the same bits: texts by their bytes (the
  /// composed and the decomposed é differ), numbers by their bit patterns (0.0 and -0.0 differ,
  /// a NaN equals itself).
  public static func == (left: AttributeValue, right: AttributeValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)), (.bigInt(let a), .bigInt(let b)):
      a.utf8.elementsEqual(b.utf8)
    case (.bytes(let a), .bytes(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension AttributeValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Null.
  public init(nilLiteral: ()) { self = .null }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A double.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An array of values.
  public init(arrayLiteral elements: AttributeValue...) { self = .array(elements) }
  /// An object with the pairs in the order they are written in.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self = .object(AttributeList(elements))
  }
}

/// Attributes in their order, duplicates and all.
///
///     var attributes: AttributeList = ["http.method": "GET", "http.status_code": 200]
///     attributes["http.method"]            // .string("GET")
///     for (key, value) in attributes { print(key, value) }
///
/// Not a `Dictionary`, which would lose the order and merge keys that are spelled with different
/// bytes.
public struct AttributeList: Sendable, Equatable, RandomAccessCollection,
  ExpressibleByDictionaryLiteral
{
  private var pairs: [(key: String, value: AttributeValue)]

  /// No attributes.
  public init() { pairs = [] }

  /// The attributes `pairs`, in that order.
  public init(_ pairs: some Sequence<(String, AttributeValue)>) {
    self.pairs = pairs.map { (key: $0.0, value: $0.1) }
  }

  /// The attributes in the order they are written in.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) { self.init(elements) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { pairs.count }
  public subscript(position: Int) -> (key: String, value: AttributeValue) { pairs[position] }

  /// The value of the last attribute with exactly these key bytes; nil where there is none. O(n).
  public subscript(key: String) -> AttributeValue? {
    pairs.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// Adds an attribute at the end, also where the key is there already.
  public mutating func append(_ key: String, _ value: AttributeValue) {
    pairs.append((key, value))
  }

  /// Lists are equal when they hold equal pairs in the same order, keys compared as bytes.
  public static func == (left: AttributeList, right: AttributeList) -> Bool {
    left.pairs.elementsEqual(right.pairs) {
      $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
    }
  }
}
