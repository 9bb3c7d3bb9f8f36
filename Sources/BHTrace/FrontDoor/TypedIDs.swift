/// Ids as people type them.
package enum TypedID {
  /// The bytes of a trace's id (`width` 16) or a span's (8).
  package static let (traceWidth, spanWidth) = (16, 8)

  /// The first digits of an id stand for it from this many on.
  static let shortestPrefix = 4

  /// The digits of an id, without white space, dashes and `0x`, in lower case.
  package static func digits(of id: String) -> [UInt8] {
    var digits = id.utf8.filter { $0 > 0x20 && $0 != UInt8(ascii: "-") }
      .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if digits.starts(with: "0x".utf8) { digits.removeFirst(2) }
    return digits
  }

  /// The bytes an id that was typed may mean, the likeliest first: what its hexadecimal digits say
  /// (in either case, behind 0x, with dashes as UUIDs have them, leading zeros left out or put in),
  /// and its text, which is what ids of v1 traces are.
  package static func meanings(_ typed: String, width: Int) -> [[UInt8]] {
    let text = Array(typed.utf8)
    var meanings: [[UInt8]] = []
    func add(_ meaning: [UInt8]) {
      if !meanings.contains(meaning) { meanings.append(meaning) }
    }
    let digits = digits(of: typed)
    if let exact = HexText.decode(digits) { add(exact) }
    // An id of 64 bits may be stored as 8 bytes or as 16, and be written with 16 digits, with 32, or
    // without its zeros.
    for bytes in [width / 2, width] where bytes >= 8 && digits.count <= bytes * 2 {
      let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: bytes * 2 - digits.count)
      if !digits.isEmpty, let padded = HexText.decode(zeros + digits) { add(padded) }
    }
    if let exact = meanings.first, exact.count == width, width > 8,
      exact.prefix(width / 2).allSatisfy({ $0 == 0 })
    {
      add(Array(exact.suffix(width / 2)))
    }
    add(text)
    return meanings
  }
}

extension TraceArchive {
  /// The bytes an id of `width` bytes that was typed may mean, the likeliest first: in a v1 file its
  /// text, else what its digits say, and then its text, since v2 archives hold v1 traces too.
  package func meanings(ofTypedID id: String, width: Int) -> [[UInt8]] {
    formatVersion == 1 ? [Array(id.utf8)] : TypedID.meanings(id, width: width)
  }

  /// The trace's id that was typed, as the archive has it; nil where it holds no such trace. What
  /// loading `parts` of it takes is read on the way. The first digits of an id, four at least, will
  /// do where no other trace's id begins with them, but then all ids are read; throws
  /// `ReadingError.ambiguousID` where several do.
  public func traceID(typed id: String, for parts: TraceParts = .structure) throws -> [UInt8]? {
    if let exact = try meanings(ofTypedID: id, width: TypedID.traceWidth).first(where: {
      try !locate(traceID: $0, for: parts).isEmpty
    }) {
      return exact
    }
    return try traceID(beginningWith: TypedID.digits(of: id))
  }

  private func traceID(beginningWith digits: [UInt8]) throws -> [UInt8]? {
    guard formatVersion == 2, (TypedID.shortestPrefix...31).contains(digits.count),
      let prefix = HexText.decode(
        digits + (digits.count % 2 == 1 ? [UInt8(ascii: "0")] : []))
    else { return nil }
    let isOdd = digits.count % 2 == 1
    var found: [[UInt8]] = []
    var count = 0
    try forEachTraceID { id in
      guard id.count >= prefix.count, id.starts(with: isOdd ? prefix.dropLast() : prefix[...]),
        !isOdd || id[prefix.count - 1] & 0xF0 == prefix[prefix.count - 1],
        !found.contains(id)
      else { return }
      count += 1
      if found.count < ReadingError.candidatesNamed { found.append(id) }
    }
    if count > 1 {
      throw ReadingError.ambiguousID(
        typed: String(decoding: digits, as: UTF8.self), candidates: found, count: count)
    }
    return found.first
  }

  /// The trace whose id was typed, or the only one there is; nil where it is not there. Throws
  /// `ReadingError.traceRequired` where none was typed and there are several.
  package func trace(typed id: String?, _ parts: TraceParts) throws -> LoadedTrace? {
    if let id {
      return try traceID(typed: id, for: parts)
        .flatMap { try locate(traceID: $0, for: parts).first }
        .map { try load($0, parts, positions: nil) }
    }
    guard traceCount <= 1 else { throw ReadingError.traceRequired(traces: traceCount) }
    // Not by going through all traces: a large one would come piece by piece.
    return try firstHandle().map { try load($0, parts, positions: nil) }
  }
}

/// Ids as people read them.
extension Dialect {
  /// The id as text: lower-case hexadecimal, for v1 the text it is.
  public func text(ofID id: [UInt8]) -> String { SpanObjectWriter.idText(id, self) }
}
