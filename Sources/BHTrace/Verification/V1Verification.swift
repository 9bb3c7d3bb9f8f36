extension ArchiveVerifier {
  /// Checks the v1 file in `source`: that header and tree are readable, that every span's payload
  /// lies in the file and decodes, and that writing the spans again gives the same bytes. There
  /// are no checksums in a v1 file, so damage that leaves readable JSON cannot be seen.
  ///
  /// Throws `StorageError`, and `FormatError` where header or tree cannot be read at all.
  static func verifyV1(_ source: any ByteSource) throws -> VerificationReport {
    var report = VerificationReport()
    report.bytes = source.byteCount
    let file = try source.read(0..<source.byteCount)
    let structure = try structure(of: file)
    report.traces = 1
    do {
      let batch = try V1Decoder.decode(file)
      report.spans = batch.spans.count
      report.blocks = batch.spans.count
      let again = try V1Encoder.encode(batch, spans: Array(batch.spans.indices))
      if again != file {
        let same = zip(again, file).prefix { $0 == $1 }.count
        report.add(
          FormatError(.invalid, at: same, "writing the decoded spans again gives other bytes"))
      }
    } catch {
      checkBlocks(of: structure, in: file, &report)
      // What is wrong with the file as a whole, where every block is well.
      if report.isSound { report.add(error) }
    }
    return report
  }

  private static func structure(of file: [UInt8]) throws(FormatError) -> V1Structure {
    let header = try V1Layout.header(
      prefix: Array(file.prefix(V1Layout.prefixSize)), fileSize: file.count)
    let lengthEnd = header.upperBound + V1Layout.lengthSize
    let tree = try V1Layout.tree(
      header: header, length: file[header.upperBound..<lengthEnd], fileSize: file.count)
    return try V1IndexReader.read(file, header: header, tree: tree)
  }

  /// Decodes every payload block on its own, so that one bad block does not hide another.
  private static func checkBlocks(
    of structure: V1Structure, in file: [UInt8], _ report: inout VerificationReport
  ) {
    var batch = structure.batch
    var writer = V1TextWriter()
    for span in structure.blocks.indices {
      do throws(FormatError) {
        for block in try structure.blockRanges([span], fileSize: file.count) {
          try V1PayloadReader.read(
            file.rawSpan.extracting(block), arenaOffset: block.lowerBound, base: block.lowerBound,
            span: span, into: &batch, &writer)
        }
        report.spans += 1
        report.blocks += 1
      } catch {
        report.add(error)
      }
    }
  }
}
