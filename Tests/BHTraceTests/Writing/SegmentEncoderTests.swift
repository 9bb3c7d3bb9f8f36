import Testing

@testable import BHTrace

/// How a segment is cut: chunks, pieces of large traces, payload groups.
struct SegmentEncoderTests {
  /// `traces` traces of some services, each a chain; the sizes say how many spans each has.
  private func batch(_ sizes: [Int], services: Int, body: Int = 0) -> SpanBatch {
    var batch = SpanBatch()
    batch.scopes.append(ScopeRecord())
    for service in 0..<services {
      var resource = ResourceRecord()
      resource.attributes = batch.attributes([("service.name", "service-\(service)")])
      batch.resources.append(resource)
    }
    for (trace, size) in sizes.enumerated() {
      for position in 0..<size {
        var span = SpanRecord()
        span.traceID = batch.append([UInt8](repeating: UInt8(trace + 1), count: 16))
        span.spanID = batch.append(Self.id(trace, position))
        if position > 0 { span.parentSpanID = batch.append(Self.id(trace, position - 1)) }
        span.name = batch.append("step")
        span.start = 1_000_000_000 * UInt64(trace + 1) + UInt64(position) * 1000
        span.end = span.start + 500
        // Most spans belong to the first service.
        span.resource = UInt32(position % 4 == 3 ? position / 4 % services : 0)
        span.attributes = batch.attributes([
          ("n", "\(position * 7919 % 1009) of \(trace)"),
          ("body", String(repeating: "x\(position)", count: body)),
        ])
        batch.spans.append(span)
      }
    }
    return batch
  }

  private static func id(_ trace: Int, _ position: Int) -> [UInt8] {
    [UInt8(trace), 1, 2, 3, 4, 5, UInt8(position >> 8), UInt8(position & 255)]
  }

  /// The archive's bytes and the head of its only segment.
  private func written(
    _ batch: SpanBatch, _ options: FormatOptions = FormatOptions(), threads: Int = 1
  ) throws -> (bytes: [UInt8], head: SegmentHead, location: Locations.Segment, footer: Footer) {
    let bytes = try archive([batch], options: options, threads: threads)
    #expect(bytes.count % Footer.fileAlignment == 0)
    let at = bytes.count - Footer.byteCount
    let footer = try Footer.decode(Array(bytes[at...]), at: at)
    let locations = try Locations.decode(
      Array(bytes[footer.locationsOffset..<footer.directoryEnd]), at: footer.locationsOffset,
      count: footer.segments, directory: footer.directoryOffset)
    let location = try #require(locations.segments.first)
    let head = try SegmentHead.decode(
      Array(bytes[location.head]), at: location.head.lowerBound, segmentLength: location.length)
    return (bytes, head, location, footer)
  }

  private func page(
    _ chunk: Int, of written: (bytes: [UInt8], head: SegmentHead, location: Locations.Segment)
  ) throws -> IndexPage {
    let chunks = written.head.chunks
    let start =
      written.location.index.lowerBound + chunks[..<chunk].reduce(0) { $0 + $1.indexBytes }
    let names = try #require(written.head.section(.names))
    let end = written.location.names.upperBound
    let content = try Page.openLZ4(
      Array(written.bytes[(end - names.stored)..<end]), count: names.raw, at: 0, "NAMES")
    let (table, times) = try NameSection.decode(content, at: 0)
    return try IndexPage.decode(
      Array(written.bytes[start..<(start + chunks[chunk].indexBytes)]), chunk: chunks[chunk],
      operationCount: table.operations.count, times, at: start)
  }

  @Test func tracesOfMoreThan4096SpansAreCutIntoPieces() throws {
    let made = try written(batch([300, 9000, 4096, 200, 100], services: 3))
    #expect(made.head.chunks.map(\.spans) == [300, 4096, 4096, 808, 4096, 300])
    #expect(made.head.chunks.map(\.piecePosition) == [nil, 0, 4096, 8192, nil, nil])
    #expect(made.head.chunks.map(\.traces) == [1, 1, 0, 0, 1, 2])
    #expect(made.head.traces == 5 && made.footer.traces == 5 && made.footer.spans == 13_696)
    let last = try page(3, of: (made.bytes, made.head, made.location))
    #expect(last.outerSpans.map(\.position) == [8191])
    #expect(last.outerSpans[0].id == Self.id(1, 8191))
    #expect(last.traces[0].start == 2_000_000_000 && last.starts[0] == 2_008_192_000)
    let first = try page(1, of: (made.bytes, made.head, made.location))
    #expect(first.branches.first == IndexPage.Branch(span: 0, below: 8999))
  }

  @Test func aChunkIsClosedWhenItsValuesAreMany() throws {
    var options = FormatOptions()
    let batch = batch([10, 10, 10, 10], services: 1, body: 40)
    #expect(try written(batch, options).head.chunks.map(\.traces) == [4])
    options.chunkBytes = 1500
    #expect(try written(batch, options).head.chunks.map(\.traces) == [2, 2])
  }

  @Test func theServicesWithFewSpansShareAGroup() throws {
    var options = FormatOptions()
    let batch = batch([100, 100], services: 5)
    #expect(try written(batch, options).head.groups.count == 1)
    options.leastGroupBytes = 0
    let apart = try written(batch, options).head.groups
    #expect((0..<5).map { apart.spanCount($0) } == [160, 10, 10, 10, 10])
    options.groupCount = 3
    let limited = try written(batch, options).head.groups
    #expect((0..<3).map { limited.spanCount($0) } == [160, 10, 30])
  }

  @Test func anIDLiesWithTheFirstChildOfAnotherGroup() throws {
    var options = FormatOptions()
    options.leastGroupBytes = 0
    let made = try written(batch([9], services: 2), options)
    // Of the chain 0 0 0 0 0 0 0 1 0 span 6 calls the other service, which calls the first.
    #expect(made.head.groups.spans(1, chunk: 0).count == 1)
    #expect(made.head.kinds == [[0, 1]])
    let ids = try #require(made.head.section(.spanIDs))
    let stored = made.bytes[(made.location.offset + ids.offset)...]
    let pages = try (0..<2).map { group in
      let range = made.head.groups.ids(group, chunk: 0)
      let bytes = Array(stored[(stored.startIndex + range.lowerBound)...].prefix(range.count))
      var page = SpanIDPage()
      try page.append(
        bytes, isRegular: ids.codec == .plain, spans: (range.count - 4) / 8, parents: 0, at: 0)
      return page
    }
    func positions(_ page: SpanIDPage) -> [UInt8] {
      page.ids.map { page.bytes[Int($0.offset) + 7] }
    }
    #expect(positions(pages[1]) == [6])
    #expect(positions(pages[0]) == [0, 1, 2, 3, 4, 5, 7, 8])
  }

  @Test func bytesDoNotDependOnThreads() throws {
    var options = FormatOptions()
    options.leastGroupBytes = 100
    options.sliceSpans = 64
    options.chunkSpans = 50
    options.block = .bytes(300)
    options.heavyValueBytes = 60
    let batch = batch([120, 30, 4500, 40, 40], services: 4, body: 30)
    let whole = try written(batch, options).bytes
    for threads in [2, 5] { #expect(try written(batch, options, threads: threads).bytes == whole) }
  }

  @Test func blocksUseTheHeavyStreamFromEndToEnd() throws {
    var options = FormatOptions()
    options.heavyValueBytes = 100
    options.leastGroupBytes = 0
    options.sliceSpans = 32
    let groups = try written(batch([150, 80], services: 3, body: 900), options).head.groups
    for group in 0..<groups.count {
      var end = 0
      for block in groups.blocks[groups.blocks(of: group)] {
        #expect(block.heavy.lowerBound == end && block.spans.count <= 32)
        end = block.heavy.upperBound
      }
      let heavy = groups.heavyBlocks[groups.heavyBlocks(of: group)]
      #expect(end > 0 && heavy.last?.raw.upperBound == end)
    }
  }

  @Test func summariesSayWhatSegmentsHold() throws {
    var batch = batch([8, 2], services: 2)
    batch.spans[1].statusCode = 2
    batch.spans[1].hasStatus = true
    batch.spans[9].end = batch.spans[9].start - 7
    func summaries(segmentSpans: Int) throws -> Summaries {
      var options = FormatOptions()
      options.segmentSpans = segmentSpans
      let made = try written(batch, options)
      return try Summaries.decode(
        Array(made.bytes[made.footer.summariesOffset..<made.footer.locationsOffset]), at: 0,
        count: made.footer.segments)
    }
    let apart = try summaries(segmentSpans: 8)
    #expect(apart.services == [Array("service-0".utf8), Array("service-1".utf8)])
    #expect(apart.segments.map(\.services) == [[0, 1], [0]])
    #expect(apart.segments.map(\.traces) == [1, 1] && apart.segments.map(\.spans) == [8, 2])
    #expect(apart.segments.map(\.firstStart) == [1_000_000_000, 2_000_000_000])
    #expect(apart.segments.map(\.end) == [1_000_007_500, 2_000_001_000])
    #expect(apart.segments.map(\.errors) == [1, 0])
    // Of one segment its names say which services there are.
    let joined = try summaries(segmentSpans: 1000)
    #expect(joined.services.isEmpty)
    let segment = try #require(joined.segments.first)
    #expect(segment.traces == 2 && segment.spans == 10 && segment.errors == 1)
    #expect(segment.firstStart == 1_000_000_000 && segment.lastStart == 2_000_000_000)
    #expect(segment.end == 2_000_001_000 && segment.services.isEmpty)
    #expect(segment.longestSpan == 500 && segment.longestTrace == 7500)
  }
}
