/// What the parts of a segment are called.
enum SectionType: UInt8, Sendable, CaseIterable {
  /// Payload blocks, HEAVY blocks among them.
  case blocks = 1
  /// Pages of span ids, one a chunk.
  case spanIDs = 2
  /// The zstd dictionary of the payload blocks.
  case dictionary = 3
  /// Attribute keys, shapes, constants, values, resources, scopes.
  case tables = 4
  /// Unknown fields of whole export messages.
  case metadata = 5
  /// Pages of trace ids, one a chunk.
  case traceIDs = 6
  /// Pages of structure, one a chunk.
  case index = 7
  /// Services and operations.
  case names = 8
}

/// Where a section lies and how it is stored.
struct Section: Sendable, Equatable {
  var type: SectionType
  var codec: Page.Codec
  /// Offset from the start of the segment.
  var offset: Int
  /// Stored length, page checksums included.
  var stored: Int
  /// Decoded length of a section that is one page; 0 for one made of many.
  var raw: Int
}

/// What a segment holds and where: written in front of the segment, and once more in the top
/// level, so that a reader that has the tail of the file has it all.
///
/// ```
/// Segment     := "BSEG" (4)   description length (4)   segment length (8)
///                Description   CRC-32C of all before it (4)   sections
/// Description := spans varint   traces varint
///                sections varint
///                (type (1)   codec (1)   offset varint   stored varint   raw varint)*
///                ChunkTable
/// ```
/// The segment length counts from "BSEG" to the end of the last section. The pages of a paged
/// section follow each other in the order of the chunks without gaps. A section type the reader
/// does not know is skipped.
struct SegmentDescription: Sendable, Equatable {
  static let magic: [UInt8] = Array("BSEG".utf8)
  /// The bytes before the description.
  static let prefixCount = 16

  var spans = 0
  var traces = 0
  var sections: [Section] = []
  var chunks: [Chunk] = []

  /// The section of `type`, or nil where the segment has none.
  func section(_ type: SectionType) -> Section? { sections.first { $0.type == type } }

  func encode(to writer: inout ByteWriter) {
    writer.varint(spans)
    writer.varint(traces)
    writer.varint(sections.count)
    for section in sections {
      writer.byte(section.type.rawValue)
      writer.byte(section.codec.rawValue)
      writer.varint(section.offset)
      writer.varint(section.stored)
      writer.varint(section.raw)
    }
    ChunkTable.encode(chunks, to: &writer)
  }

  /// Reads a description of a segment of `length` bytes.
  static func decode(
    from cursor: inout ByteCursor, segmentLength length: Int
  ) throws(FormatError) -> SegmentDescription {
    var description = SegmentDescription()
    let start = cursor.base + cursor.position
    description.spans = try cursor.count(upTo: Int.max >> 16, "a segment's number of spans")
    description.traces = try cursor.count(
      upTo: description.spans, "a segment's number of traces")
    let sectionCount = try cursor.count(upTo: 255, "a segment's number of sections")
    for _ in 0..<sectionCount {
      let typeByte = try cursor.byte()
      let codecAt = cursor.base + cursor.position
      let codecByte = try cursor.byte()
      let offset = try cursor.count(upTo: length, "a section's offset")
      let stored = try cursor.count(upTo: length - offset, "a section's stored length")
      let raw = try cursor.count(upTo: Int(Int32.max), "a section's decoded length")
      guard let type = SectionType(rawValue: typeByte) else { continue }
      guard let codec = Page.Codec(rawValue: codecByte) else {
        throw FormatError(.unsupported, at: codecAt, "a section has the unknown codec \(codecByte)")
      }
      guard description.section(type) == nil else {
        throw FormatError(.invalid, at: codecAt - 1, "a segment has two sections of one type")
      }
      description.sections.append(
        Section(type: type, codec: codec, offset: offset, stored: stored, raw: raw))
    }
    description.chunks = try ChunkTable.decode(
      from: &cursor, traces: description.traces, spans: description.spans, segmentLength: length)
    try description.check(at: start)
    return description
  }

  /// Throws `outOfBounds` unless the chunks add up to what the segment and its sections say.
  private func check(at offset: Int) throws(FormatError) {
    var total = Chunk()
    for chunk in chunks {
      total.traces += chunk.traces
      total.spans += chunk.spans
      total.traceIDBytes += chunk.traceIDBytes
      total.spanIDBytes += chunk.spanIDBytes
      total.indexBytes += chunk.indexBytes
      total.blockBytes += chunk.blockBytes
    }
    let agree =
      total.traces == traces && total.spans == spans
      && total.traceIDBytes == section(.traceIDs)?.stored ?? 0
      && total.spanIDBytes == section(.spanIDs)?.stored ?? 0
      && total.indexBytes == section(.index)?.stored ?? 0
      && total.blockBytes == section(.blocks)?.stored ?? 0
    if !agree {
      throw FormatError(
        .outOfBounds, at: offset, "a segment's chunks do not add up to its sections")
    }
  }
}
