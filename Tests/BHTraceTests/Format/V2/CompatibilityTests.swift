import Testing

@testable import BHTrace

/// What later versions may add, and what readers of this one do with it.
struct CompatibilityTests {
  private func segments(unknown types: [UInt8] = []) throws -> [EncodedSegment] {
    var options = FormatOptions()
    options.index = .all
    return try Segments.encode([smallTraces()], options: options).map { segment in
      types.reduce(segment) {
        $0.inserting(type: $1, codec: 77, raw: 5, [UInt8](repeating: $1, count: 40))
      }
    }
  }

  private func spans(_ bytes: [UInt8]) throws -> [String] {
    var spans: [String] = []
    try SpanReadings.full(ArchiveSession(BytesSource(bytes))) { spans += $0.batch.described() }
    return spans
  }

  @Test func unknownSectionsAreSteppedOver() throws {
    let plain = Segments.archive(try segments())
    let bytes = Segments.archive(try segments(unknown: [0, 99, 255]))
    #expect(bytes.count >= plain.count + 120)
    #expect(try spans(bytes) == spans(plain))
    let session = try ArchiveSession(BytesSource(bytes))
    #expect(try session.maps()[0].head.sections.count == 10)
    #expect(try SpanReadings.trace([UInt8](repeating: 2, count: 16), in: session).count == 1)
    #expect(try TraceListQuery().run(over: session).count == 3)
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problems == [])
    #expect(report.spans == 18)
  }

  @Test func aSectionTypeThatComesTwiceIsRefused() throws {
    let bytes = Segments.archive(
      try segments().map { $0.inserting(type: SectionType.audit.rawValue, [1, 2, 3]) }
        .map { $0.inserting(type: SectionType.audit.rawValue, [4]) })
    #expect(throws: FormatError.self) { try spans(bytes) }
  }

  /// The archive with other feature bits in its header or footer.
  private func archive(header: Features? = nil, footer: Features? = nil) throws -> [UInt8] {
    var bytes = Segments.archive(try segments())
    if let header {
      var writer = ByteWriter()
      FileHeader(features: header).encode(to: &writer)
      bytes.replaceSubrange(0..<FileHeader.byteCount, with: writer.bytes)
    }
    if let footer {
      let start = bytes.count - Footer.byteCount
      var changed = Footer()
      var writer = ByteWriter()
      changed = try Footer.decode(Array(bytes[start...]), at: start)
      changed.features = footer
      changed.encode(to: &writer)
      bytes.replaceSubrange(start..., with: writer.bytes)
    }
    return bytes
  }

  @Test func unknownIncompatibleBitsAreRefusedInHeaderAndFooter() throws {
    let bits = Features(incompatible: 0x8000_0001)
    let footer = try archive(footer: bits)
    let what =
      "the archive needs the incompatible features 0x80000001, which this reader does not know; "
      + "a newer bhtpack reads it"
    let error = FormatError(.unsupported, at: footer.count - Footer.byteCount + 56, what)
    #expect(throws: error) { try spans(footer) }
    #expect(throws: error) { _ = try ArchiveVerifier.verify(BytesSource(footer)) }
    let header = try archive(header: bits)
    #expect(throws: FormatError(.unsupported, at: 8, what)) {
      try FileHeader.decode(Array(header[..<FileHeader.byteCount]))
    }
    #expect(
      try ArchiveVerifier.verify(BytesSource(header)).problems
        == [FormatError(.unsupported, at: 8, what)])
  }

  @Test func unknownCompatibleAndReadOnlyBitsAreIgnored() throws {
    let bits = Features(readOnly: 0x40, compatible: 0xFFFF_FFFF)
    let bytes = try archive(header: bits, footer: bits)
    #expect(try spans(bytes).sorted() == smallTraces().described().sorted())
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).problems == [])
  }

  @Test func theFooterSaysWhichSectionsThereAre() throws {
    let bytes = Segments.archive(try segments())
    #expect(try Archive(BytesSource(bytes)).footer.features == Features(compatible: 1 | 2 | 4 | 8))
    var options = FormatOptions()
    options.index = .none
    let plain = Segments.archive(try Segments.encode([smallTraces()], options: options))
    #expect(try Archive(BytesSource(plain)).footer.features == Features())
  }
}
