/// Where the parts of a segment lie, and what its pages of chunks decode to: for any thread.
struct SegmentLayout: Sendable {
  let offset: Int
  let length: Int
  let description: SegmentDescription
  /// Where the pages of each chunk start in their sections.
  private let starts: [Chunk]

  init(_ segment: TopLevel.Segment) {
    offset = segment.offset
    length = segment.length
    description = segment.description
    var starts: [Chunk] = []
    var next = Chunk()
    for chunk in segment.description.chunks {
      starts.append(next)
      next.traceIDBytes += chunk.traceIDBytes
      next.spanIDBytes += chunk.spanIDBytes
      next.indexBytes += chunk.indexBytes
      next.blockBytes += chunk.blockBytes
    }
    self.starts = starts
  }

  /// The file range of a whole section; empty where the segment has none.
  func range(_ type: SectionType) -> Range<Int> {
    guard let section = description.section(type) else { return 0..<0 }
    return (offset + section.offset)..<(offset + section.offset + section.stored)
  }

  /// The file range of the page of `chunk` in a section that has one for each, or of its blocks.
  func range(_ type: SectionType, chunk: Int) -> Range<Int> {
    let (start, count) =
      switch type {
      case .traceIDs: (starts[chunk].traceIDBytes, description.chunks[chunk].traceIDBytes)
      case .spanIDs: (starts[chunk].spanIDBytes, description.chunks[chunk].spanIDBytes)
      case .index: (starts[chunk].indexBytes, description.chunks[chunk].indexBytes)
      case .blocks: (starts[chunk].blockBytes, description.chunks[chunk].blockBytes)
      default: (0, 0)
      }
    let base = range(type).lowerBound + start
    return base..<(base + count)
  }

  /// Decodes the index page of `chunk` from its stored bytes.
  func index(
    _ chunk: Int, _ bytes: [UInt8], operationCount: Int, times: TimeCoding,
    counting source: AccountedSource
  ) throws(FormatError) -> IndexPage {
    let described = description.chunks[chunk]
    let page = try IndexPage.decode(
      bytes, chunk: described, operationCount: operationCount, times,
      at: range(.index, chunk: chunk).lowerBound)
    source.count(rawBytes: described.indexRaw + bytes.count)
    return page
  }

  /// Decodes the index page of `chunk` from its stored bytes, all but the times.
  func openIndex(
    _ chunk: Int, _ bytes: [UInt8], operationCount: Int, counting source: AccountedSource
  ) throws(FormatError) -> (page: IndexPage, times: IndexTimes.Rest) {
    let described = description.chunks[chunk]
    source.count(rawBytes: described.indexRaw + bytes.count)
    return try IndexPage.open(
      bytes, chunk: described, operationCount: operationCount,
      at: range(.index, chunk: chunk).lowerBound)
  }

  /// Decodes the trace ids of `chunk` from the stored bytes of their page.
  func traceIDs(
    _ chunk: Int, _ bytes: [UInt8], counting source: AccountedSource
  ) throws(FormatError) -> [[UInt8]] {
    source.count(rawBytes: bytes.count)
    return try TraceIDPage.decode(
      bytes, count: description.chunks[chunk].traces,
      at: range(.traceIDs, chunk: chunk).lowerBound)
  }

  /// Decodes the span ids of `chunk`, whose index page is `index`, from the stored bytes.
  func spanIDs(
    _ chunk: Int, _ bytes: [UInt8], index: IndexPage, counting source: AccountedSource
  ) throws(FormatError) -> SpanIDPage {
    source.count(rawBytes: bytes.count)
    return try SpanIDPage.decode(
      bytes, spans: index.count, parents: index.marks.count { $0.statesParent },
      at: range(.spanIDs, chunk: chunk).lowerBound)
  }
}
