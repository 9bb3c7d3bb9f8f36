/// The canonical form of nested values, which stay in protobuf wire form in a batch: two spellings
/// of one value become the same bytes.
///
/// Canonical: known fields only, each at most once, key before value, an empty key left out,
/// integers as short as they can be. Lists deeper than `deepest`, and those with anything unknown
/// inside, are left as they came.
enum NestedValueForm: Int {
  /// Nothing to be done.
  case canonical = 0
  /// Can be put into canonical form without losing anything.
  case understood = 1
  /// Has to stay as it is.
  case opaque = 2

  /// Lists inside lists are looked into this far.
  static let deepest = 64

  private mutating func take(_ other: NestedValueForm) {
    if other.rawValue > rawValue { self = other }
  }

  /// The form of an `ArrayValue` message, or of a `KeyValueList` where it is of pairs.
  static func ofList(
    _ body: borrowing WindowCursor, ofPairs: Bool, depth: Int
  ) throws(FormatError) -> NestedValueForm {
    if depth > deepest { return .opaque }
    var cursor = body.window(body.rest)
    var form = canonical
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint(&form)
      guard tag == OTLPTag.List.values else {
        try cursor.skip(tag, from: start)
        form = .opaque
        continue
      }
      let run = try cursor.delimited(&form)
      if ofPairs {
        form.take(try ofPair(cursor.window(run), depth: depth))
      } else {
        form.take(try ofValue(cursor.window(run), depth: depth))
      }
    }
    return form
  }

  private static func ofPair(
    _ body: borrowing WindowCursor, depth: Int
  ) throws(FormatError) -> NestedValueForm {
    var cursor = body.window(body.rest)
    var form = canonical
    var (keys, values) = (0, 0)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint(&form)
      switch tag {
      case OTLPTag.KeyValue.key:
        keys += 1
        let key = try cursor.delimited(&form)
        if key.isEmpty || keys > 1 || values > 0 { form.take(.understood) }
      case OTLPTag.KeyValue.value:
        values += 1
        if values > 1 { form = .opaque }
        let run = try cursor.delimited(&form)
        form.take(try ofValue(cursor.window(run), depth: depth))
      default:
        try cursor.skip(tag, from: start)
        form = .opaque
      }
    }
    return form
  }

  private static func ofValue(
    _ body: borrowing WindowCursor, depth: Int
  ) throws(FormatError) -> NestedValueForm {
    var cursor = body.window(body.rest)
    var form = canonical
    var fields = 0
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint(&form)
      fields += 1
      switch tag {
      case OTLPTag.AnyValue.string, OTLPTag.AnyValue.bytes: _ = try cursor.delimited(&form)
      case OTLPTag.AnyValue.bool: if try cursor.varint(&form) > 1 { form.take(.understood) }
      case OTLPTag.AnyValue.int: _ = try cursor.varint(&form)
      case OTLPTag.AnyValue.double: _ = try cursor.fixed64()
      case OTLPTag.AnyValue.array, OTLPTag.AnyValue.keyValueList:
        let run = try cursor.delimited(&form)
        form.take(
          try ofList(
            cursor.window(run), ofPairs: tag == OTLPTag.AnyValue.keyValueList, depth: depth + 1))
      default:
        try cursor.skip(tag, from: start)
        form = .opaque
      }
    }
    return fields > 1 ? .opaque : form
  }
}

/// Writing the canonical form; only for what was found to be `understood`.
extension NestedValueForm {
  static func appendList(
    _ body: borrowing WindowCursor, ofPairs: Bool, to out: inout [UInt8]
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    while !cursor.isAtEnd {
      _ = try cursor.varint()
      let run = try cursor.delimited()
      var item: [UInt8] = []
      if ofPairs {
        try appendPair(cursor.window(run), to: &item)
      } else {
        try appendValue(cursor.window(run), to: &item)
      }
      out.appendField(OTLPTag.List.values, item)
    }
  }

  private static func appendPair(
    _ body: borrowing WindowCursor, to out: inout [UInt8]
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    var key = ByteRange.empty
    var value: [UInt8]?
    while !cursor.isAtEnd {
      let tag = try cursor.varint()
      let run = try cursor.delimited()
      if tag == OTLPTag.KeyValue.key {
        key = run
      } else {
        var bytes: [UInt8] = []
        try appendValue(cursor.window(run), to: &bytes)
        value = bytes
      }
    }
    if !key.isEmpty {
      out.appendVarint(OTLPTag.KeyValue.key)
      out.appendVarint(UInt64(key.count))
      cursor.copy(key, to: &out)
    }
    if let value { out.appendField(OTLPTag.KeyValue.value, value) }
  }

  private static func appendValue(
    _ body: borrowing WindowCursor, to out: inout [UInt8]
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    if cursor.isAtEnd { return }
    let tag = try cursor.varint()
    out.appendVarint(tag)
    switch tag {
    case OTLPTag.AnyValue.bool: out.appendVarint(try cursor.varint() == 0 ? 0 : 1)
    case OTLPTag.AnyValue.int: out.appendVarint(try cursor.varint())
    case OTLPTag.AnyValue.double: cursor.copy(try cursor.take(8), to: &out)
    case OTLPTag.AnyValue.array, OTLPTag.AnyValue.keyValueList:
      let run = try cursor.delimited()
      var list: [UInt8] = []
      try appendList(
        cursor.window(run), ofPairs: tag == OTLPTag.AnyValue.keyValueList, to: &list)
      out.appendVarint(UInt64(list.count))
      out.append(contentsOf: list)
    default:
      let run = try cursor.delimited()
      out.appendVarint(UInt64(run.count))
      cursor.copy(run, to: &out)
    }
  }
}

extension WindowCursor {
  /// Reads an integer, and notes in `form` where it is longer than it has to be.
  @_lifetime(self: copy self)
  fileprivate mutating func varint(_ form: inout NestedValueForm) throws(FormatError) -> UInt64 {
    let start = position
    let value = try varint()
    if position - start != WireSize.varint(value) && form == .canonical { form = .understood }
    return value
  }

  @_lifetime(self: copy self)
  fileprivate mutating func delimited(
    _ form: inout NestedValueForm
  ) throws(FormatError) -> ByteRange {
    try take(try varint(&form))
  }
}
