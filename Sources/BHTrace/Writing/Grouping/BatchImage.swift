/// A batch as the bytes its arrays have in memory: for scratch files that the same run reads again,
/// never for files that last.
enum BatchImage {
  /// The bytes of `batch`.
  static func encode(_ batch: SpanBatch) -> [UInt8] {
    var writer = ByteWriter(capacity: batch.memoryBytes + 64)
    writer.uint64(UInt64(batch.arena.count))
    writer.append(batch.arena)
    append(batch.spans, to: &writer)
    append(batch.attributes, to: &writer)
    append(batch.events, to: &writer)
    append(batch.links, to: &writer)
    append(batch.resources, to: &writer)
    append(batch.scopes, to: &writer)
    append(batch.v1Files, to: &writer)
    return writer.bytes
  }

  /// The batch `encode` made `image` of; nil where the lengths in it do not agree.
  static func decode(_ image: [UInt8]) -> SpanBatch? {
    do throws(FormatError) {
      var cursor = ByteCursor(image.rawSpan)
      let count = Int(try cursor.uint64())
      var batch = SpanBatch(arena: try cursor.array(count, "an arena"))
      batch.spans = try array(SpanRecord(), from: &cursor)
      batch.attributes = try array(
        AttributeRecord(key: .empty, kind: .absent), from: &cursor)
      batch.events = try array(EventRecord(), from: &cursor)
      batch.links = try array(LinkRecord(), from: &cursor)
      batch.resources = try array(ResourceRecord(), from: &cursor)
      batch.scopes = try array(ScopeRecord(), from: &cursor)
      batch.v1Files = try array(V1FileRecord(), from: &cursor)
      return batch
    } catch {
      return nil
    }
  }

  private static func append<Record>(_ records: [Record], to writer: inout ByteWriter) {
    writer.uint64(UInt64(records.count))
    unsafe records.withUnsafeBytes { unsafe writer.append($0) }
  }

  private static func array<Record>(
    _ empty: Record, from cursor: inout ByteCursor
  ) throws(FormatError) -> [Record] {
    let count = Int(try cursor.uint64())
    let range = try cursor.take(count * MemoryLayout<Record>.stride, "records")
    let part = cursor.bytes.extracting(range)
    return unsafe part.withUnsafeBytes { bytes in
      unsafe [Record](unsafeUninitializedCapacity: count) { buffer, filled in
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        filled = count
      }
    }
  }
}

extension SpanBatch {
  /// The memory the batch takes (bytes), spare room in its arrays not counted.
  var memoryBytes: Int {
    arena.count + spans.count * MemoryLayout<SpanRecord>.stride
      + attributes.count * MemoryLayout<AttributeRecord>.stride
      + events.count * MemoryLayout<EventRecord>.stride
      + links.count * MemoryLayout<LinkRecord>.stride
      + resources.count * MemoryLayout<ResourceRecord>.stride
      + scopes.count * MemoryLayout<ScopeRecord>.stride
  }
}
