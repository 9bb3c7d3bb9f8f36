/// Makes spans of a `.bht` v1 file, losing nothing.
enum V1Decoder {
  /// The spans of the v1 file whose bytes are `file`, in file order, and one `V1FileRecord`.
  ///
  /// What the writer would not reproduce byte for byte from the records is kept as it is written,
  /// object by object; so `V1Encoder.encode` gives back the same file, whoever wrote it.
  /// Takes any file with readable JSON in which every span has a payload block inside the file.
  static func decode(_ file: [UInt8]) throws(FormatError) -> SpanBatch {
    let header = try V1Layout.header(
      prefix: Array(file.prefix(V1Layout.prefixSize)), fileSize: file.count)
    let lengthEnd = header.upperBound + V1Layout.lengthSize
    let tree = try V1Layout.tree(
      header: header, length: file[header.upperBound..<lengthEnd], fileSize: file.count)
    let structure = try V1IndexReader.read(file, header: header, tree: tree)
    let blocks = try structure.blockRanges(structure.blocks.indices, fileSize: file.count)

    var batch = structure.batch
    var writer = V1TextWriter()
    for (span, block) in blocks.enumerated() {
      try V1PayloadReader.read(
        file.rawSpan.extracting(block), arenaOffset: block.lowerBound, base: block.lowerBound,
        span: span, into: &batch, &writer)
    }
    batch.v1Files = [fileRecord(file, structure, blocks, batch)]
    return batch
  }

  /// What has to be kept beside the spans of `batch`.
  private static func fileRecord(
    _ file: [UInt8], _ structure: V1Structure, _ blocks: [Range<Int>], _ batch: SpanBatch
  ) -> V1FileRecord {
    var record = V1FileRecord()
    record.traceID = structure.traceID
    let spans = Array(batch.spans.indices)
    let header = V1Encoder.header(traceID: structure.traceID, spans, of: batch)
    record.header = kept(structure.header, unless: header, file)
    let tree = V1Encoder.tree(spans, blockSizes: blocks.map(\.count), of: batch)
    record.tree = kept(structure.tree, unless: tree, file)
    var end = structure.payloadStart
    for block in blocks {
      if block.lowerBound != end {
        end = -1
        break
      }
      end = block.upperBound
    }
    if end != file.count {
      record.payload = ByteRange(structure.payloadStart, file.count - structure.payloadStart)
    }
    return record
  }

  /// The text at `range` of the file, or nothing where it is `canonical`.
  private static func kept(
    _ range: Range<Int>, unless canonical: [UInt8], _ file: [UInt8]
  ) -> ByteRange {
    let text = ByteRange(range.lowerBound, range.count)
    let isCanonical = ByteComparison.equal(
      canonical, ByteRange(0, canonical.count), file, text)
    return isCanonical ? .empty : text
  }
}
