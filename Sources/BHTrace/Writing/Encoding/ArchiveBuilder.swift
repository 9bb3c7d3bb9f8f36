/// Puts segments one after the other and the directory behind them: the bytes of a whole archive,
/// handed out in order.
struct ArchiveBuilder {
  private var offset = 0
  private var top = TopLevel()
  private var lookups: [LookupEntry] = []
  private var chunks = 0
  private var spans = 0

  private struct LookupEntry {
    var hash: UInt64
    var entry: LookupPage.Entry
  }

  /// The bytes every archive starts with.
  mutating func begin() -> [UInt8] {
    var writer = ByteWriter(capacity: FileHeader.byteCount)
    FileHeader().encode(to: &writer)
    offset = writer.count
    return writer.bytes
  }

  /// Takes the next segment in and returns its bytes, to be written next.
  mutating func add(_ segment: EncodedSegment) -> [UInt8] {
    for trace in segment.traces {
      let start = trace.payload.start / LookupPage.quantum
      let end = (trace.payload.end + LookupPage.quantum - 1) / LookupPage.quantum
      lookups.append(
        LookupEntry(
          hash: TraceHash.hash(trace.id),
          entry: LookupPage.Entry(
            key: 0, chunk: chunks + trace.chunk, slot: trace.slot, payloadStart: start,
            payloadCount: end - start)))
    }
    chunks += segment.description.chunks.count
    spans += segment.description.spans
    top.segments.append(
      TopLevel.Segment(
        offset: offset, length: segment.bytes.count, description: segment.description))
    offset += segment.bytes.count
    return segment.bytes
  }

  /// The directory and the footer, the last bytes of the archive.
  mutating func finish() -> [UInt8] {
    top.keyBits = LookupPage.keyBits(traces: lookups.count)
    for index in lookups.indices {
      lookups[index].entry.key = lookups[index].hash >> UInt64(64 - top.keyBits)
    }
    lookups.sort { a, b in
      (a.entry.key, a.entry.chunk, a.entry.slot) < (b.entry.key, b.entry.chunk, b.entry.slot)
    }
    var writer = ByteWriter()
    var first = 0
    while first < lookups.count {
      let end = min(first + LookupPage.capacity, lookups.count)
      let before = writer.count
      LookupPage(entries: lookups[first..<end].map(\.entry)).encode(to: &writer)
      top.lookups.append(
        TopLevel.LookupEntry(
          stored: writer.count - before, firstKey: lookups[first].entry.key))
      first = end
    }
    let encoded = top.encode(at: offset + writer.count)
    writer.append(encoded)
    var footer = Footer()
    footer.directoryOffset = offset
    footer.topLevelCount = encoded.count
    footer.topLevelChecksum = Checksum.crc32c(encoded)
    footer.traces = lookups.count
    footer.spans = spans
    footer.encode(to: &writer)
    return writer.bytes
  }
}
