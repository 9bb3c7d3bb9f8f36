/// Makes `.bht` v1 files of v1 spans. Spans of the OpenTelemetry model are made v1 spans first,
/// see `V1Conversion`.
enum V1Encoder {
  /// The v1 file that holds `spans` of `batch`: all spans of one trace, in file order.
  ///
  /// - Parameter file: what the file has to say beside them; by default the record of `batch`
  ///   for their trace, where there is one.
  static func encode(
    _ batch: SpanBatch, spans: [Int], file: V1FileRecord? = nil
  ) throws(FormatError) -> [UInt8] {
    var writer = V1TextWriter()
    return try encode(batch, spans: spans, file: file, &writer)
  }

  /// The same, with counts in `writer` of what JSON had no form for.
  static func encode(
    _ batch: SpanBatch, spans: [Int], file: V1FileRecord? = nil, _ writer: inout V1TextWriter
  ) throws(FormatError) -> [UInt8] {
    let traceID = file?.traceID ?? spans.first.map { batch.spans[$0].traceID }
    let file = file ?? record(of: traceID, in: batch)
    var payload = ByteWriter()
    var sizes: [Int] = []
    sizes.reserveCapacity(spans.count)
    for span in spans {
      let extra = batch.spans[span].extra
      if extra.isEmpty {
        writer.removeAll()
        try writer.payload(of: span, in: batch)
        payload.append(writer.bytes)
        sizes.append(writer.count)
      } else {
        payload.append(extra, of: batch.arena)
        sizes.append(Int(extra.count))
      }
    }
    let header =
      file.header.isEmpty
      ? header(traceID: traceID ?? file.traceID, spans, of: batch, &writer)
      : batch.bytes(file.header)
    let tree =
      file.tree.isEmpty
      ? tree(spans, blockSizes: sizes, of: batch, &writer) : batch.bytes(file.tree)
    return try assemble(
      header: header, tree: tree,
      payload: file.payload.isEmpty ? payload.bytes : batch.bytes(file.payload))
  }

  /// A file of these three parts.
  static func assemble(
    header: [UInt8], tree: [UInt8], payload: [UInt8]
  ) throws(FormatError) -> [UInt8] {
    var output = ByteWriter(
      capacity: V1Layout.prefixSize + V1Layout.lengthSize
        + header.count + tree.count + payload.count)
    output.append(V1Layout.magic)
    for part in [header, tree] {
      guard let length = UInt32(exactly: part.count) else {
        throw FormatError(
          .unsupported, at: nil,
          "an index of \(part.count) bytes is more than a v1 file can hold (4 GiB)")
      }
      output.uint32(length)
      output.append(part)
    }
    output.append(payload)
    return output.bytes
  }

  /// The header's text for `spans` of `batch`.
  static func header(
    traceID: ByteRange, _ spans: [Int], of batch: SpanBatch
  ) -> [UInt8] {
    var writer = V1TextWriter()
    return header(traceID: traceID, spans, of: batch, &writer)
  }

  private static func header(
    traceID: ByteRange, _ spans: [Int], of batch: SpanBatch, _ writer: inout V1TextWriter
  ) -> [UInt8] {
    let root = spans.first { batch.spans[$0].parentSpanID.isEmpty }.map { index in
      let span = batch.spans[index]
      return (
        id: span.spanID, duration: V1Time.microseconds(from: span.start, to: span.end)
      )
    }
    writer.removeAll()
    writer.header(traceID: traceID, spans: spans.count, root: root, in: batch.arena)
    return writer.bytes
  }

  /// The tree's text for `spans` of `batch`, whose payload blocks lie end to end.
  static func tree(_ spans: [Int], blockSizes: [Int], of batch: SpanBatch) -> [UInt8] {
    var writer = V1TextWriter()
    return tree(spans, blockSizes: blockSizes, of: batch, &writer)
  }

  private static func tree(
    _ spans: [Int], blockSizes: [Int], of batch: SpanBatch, _ writer: inout V1TextWriter
  ) -> [UInt8] {
    let services = batch.resources.indices.map { batch.serviceName(of: $0) }
    var offset = 0
    writer.removeAll()
    writer.beginArray()
    for (index, size) in zip(spans, blockSizes) {
      let span = batch.spans[index]
      let entry = V1TextWriter.TreeEntry(
        id: span.spanID,
        parent: span.parentSpanID.isEmpty ? nil : span.parentSpanID,
        service: services[Int(span.resource)], operation: span.name,
        start: V1Time.microseconds(from: 0, to: span.start),
        duration: V1Time.microseconds(from: span.start, to: span.end),
        status: span.statusCode != 2
          ? .ok : span.statusMessage.isEmpty ? .error : .text(span.statusMessage),
        offset: offset, size: size)
      writer.treeEntry(entry, in: batch.arena)
      offset += size
    }
    writer.endArray()
    return writer.bytes
  }

  /// The record of `batch` for the trace `traceID`; an empty one where there is none.
  private static func record(of traceID: ByteRange?, in batch: SpanBatch) -> V1FileRecord {
    guard let traceID else { return batch.v1Files.first ?? V1FileRecord() }
    return batch.v1Files.first {
      ByteComparison.equal(batch.arena, $0.traceID, batch.arena, traceID)
    } ?? V1FileRecord()
  }
}
