/// Services and operations, and how times are written: what index-only readings need.
///
/// ```
/// NAMES := Page, LZ4, of
///          services varint     (length varint, bytes)*
///          operations varint   (service varint, kind signed varint, length varint, bytes)*
///          TimeCoding
/// ```
/// Services and operations are numbered in this order; the writer puts the frequent ones first.
enum NameSection {
  static func encode(_ names: NameTable, _ times: TimeCoding) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(names.services.count)
    for service in names.services { writer.lengthPrefixed(service) }
    writer.varint(names.operations.count)
    for operation in names.operations {
      writer.varint(UInt64(operation.service))
      writer.signedVarint(Int64(operation.kind))
      writer.lengthPrefixed(operation.name)
    }
    times.encode(to: &writer)
    return writer.bytes
  }

  /// Decodes the content of the section, which lies at `offset` of the file.
  static func decode(_ content: [UInt8], at offset: Int) throws(FormatError)
    -> (names: NameTable, times: TimeCoding)
  {
    var cursor = ByteCursor(content.rawSpan, base: offset)
    var names = NameTable()
    let services = try cursor.count(upTo: cursor.remaining, "the number of services")
    names.services.reserveCapacity(services)
    for _ in 0..<services {
      names.services.append(try cursor.lengthPrefixed("a service's name"))
    }
    let operations = try cursor.count(upTo: cursor.remaining, "the number of operations")
    names.operations.reserveCapacity(operations)
    for _ in 0..<operations {
      let service = try cursor.count(upTo: Int(UInt32.max), "a service's number")
      guard service < services else {
        throw FormatError(
          .outOfBounds, at: cursor.base + cursor.position,
          "an operation belongs to service \(service) of \(services)")
      }
      let kind = Int32(truncatingIfNeeded: try cursor.signedVarint())
      names.operations.append(
        NameTable.Operation(
          service: UInt32(service), name: try cursor.lengthPrefixed("an operation's name"),
          kind: kind))
    }
    let times = try TimeCoding.decode(from: &cursor, operationCount: operations)
    try cursor.requireEnd("the NAMES section")
    return (names, times)
  }
}
