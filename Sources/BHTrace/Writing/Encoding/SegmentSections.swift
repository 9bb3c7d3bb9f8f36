/// The sections of a segment, put together in the order of the file.
struct SegmentSections {
  private struct Part {
    var codec: Page.Codec
    var raw: Int
    var bytes: [[UInt8]]
  }

  private var parts: [SectionType: Part] = [:]

  /// Adds a section, the bytes of its pages in order; none where there are no bytes.
  mutating func add(_ type: SectionType, _ codec: Page.Codec, raw: Int = 0, _ bytes: [[UInt8]]) {
    if bytes.contains(where: { !$0.isEmpty }) {
      parts[type] = Part(codec: codec, raw: raw, bytes: bytes)
    }
  }

  /// Adds a section of one page, `content` under zstd.
  mutating func addPacked(
    _ type: SectionType, _ content: [UInt8], with compressor: borrowing ZstdCompressor
  ) {
    var page = ByteWriter()
    Page.seal(compressor.compress(content) ?? content, to: &page)
    add(type, .zstd, raw: content.count, [page.bytes])
  }

  /// The number of bytes added.
  var byteCount: Int {
    parts.values.reduce(0) { sum, part in sum + part.bytes.reduce(0) { $0 + $1.count } }
  }

  /// The bytes of the whole segment and where its parts lie. `head` is complete but for the sections.
  func seal(_ head: SegmentHead) -> (bytes: [UInt8], location: Locations.Segment) {
    var head = head
    var offset = SegmentHeader.byteCount
    for type in SectionType.fileOrder {
      guard let part = parts[type] else { continue }
      let stored = part.bytes.reduce(0) { $0 + $1.count }
      head.sections.append(
        Section(type: type, codec: part.codec, offset: offset, stored: stored, raw: part.raw))
      offset += stored
    }
    var encodedHead = ByteWriter()
    head.encode(to: &encodedHead)
    let length = offset + encodedHead.count
    var writer = ByteWriter(capacity: length)
    SegmentHeader(headBytes: encodedHead.count, length: length).encode(to: &writer)
    for section in head.sections {
      for bytes in parts[section.type]?.bytes ?? [] { writer.append(bytes) }
    }
    writer.append(encodedHead.bytes)
    func stored(_ types: SectionType...) -> Int {
      types.reduce(0) { $0 + (head.section($1)?.stored ?? 0) }
    }
    var location = Locations.Segment(length: length, headBytes: encodedHead.count)
    location.namesBytes = stored(.zones, .names)
    location.indexBytes = stored(.index)
    location.tableBytes = stored(.dictionary, .tables)
    location.chunks = head.chunks.count
    return (writer.bytes, location)
  }

  /// The sections' bits among the compatible features.
  var features: UInt32 { parts.keys.reduce(0) { $0 | $1.featureBit } }
}

extension SectionType {
  /// The compatible feature an archive has that has the section; 0 for a section of the base format.
  var featureBit: UInt32 {
    switch self {
    case .zones: 1
    case .postings: 2
    case .values: 4
    case .rollup: 8
    case .spanLookup: 16
    case .audit: 32
    default: 0
    }
  }
}
