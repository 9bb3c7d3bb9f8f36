@testable import BHTrace

/// Archives that are put together segment by segment: with traces that segments share, sections of any
/// type, and directories one after the other.
enum Segments {
  /// The traces of `batches` as a segment takes them, and the batches their spans lie in.
  static func traces(_ batches: [SpanBatch]) throws -> (
    traces: [SegmentTrace], batches: [SpanBatch]
  ) {
    var options = FormatOptions()
    options.segmentSpans = .max
    options.segmentBytes = .max
    var grouper = TraceGrouper(options: options, memory: 1 << 30, scratchFolder: "/tmp")
    for batch in batches { try grouper.add(batch) }
    var loaded = LoadedSegment(traces: [], batches: [])
    try grouper.finish().forEachSegment(threads: 1) { loaded = $0 }
    return (loaded.traces, loaded.batches)
  }

  static func encode(
    _ traces: [SegmentTrace], _ batches: [SpanBatch], options: FormatOptions = FormatOptions(),
    metadata: [[UInt8]] = []
  ) throws -> EncodedSegment {
    try SegmentEncoder.encode(
      traces, batches: batches, metadata: metadata, dictionary: .makes(Promise()),
      isPartOfMany: true,
      options: options, threads: 1)
  }

  /// A segment each for the spans of `batches`.
  static func encode(
    _ batches: [SpanBatch], options: FormatOptions = FormatOptions()
  ) throws -> [EncodedSegment] {
    try batches.map {
      let (traces, held) = try traces([$0])
      return try encode(traces, held, options: options)
    }
  }

  /// Two archives' worth of segments: those of `shared` have the one trace of `batch` cut at
  /// `cuts`, in a segment each.
  static func encode(
    trace batch: SpanBatch, cutAt cuts: [Int], options: FormatOptions = FormatOptions()
  ) throws -> [EncodedSegment] {
    let (traces, held) = try traces([batch])
    return try traces[0].parts(cutAt: cuts, held).map {
      try encode([$0], held, options: options)
    }
  }

  /// An archive of `segments`.
  static func archive(_ segments: [EncodedSegment]) -> [UInt8] {
    var builder = ArchiveBuilder()
    var bytes = builder.begin()
    for segment in segments {
      builder.add(segment)
      bytes += segment.bytes
    }
    return bytes + builder.finish()
  }

  /// The archive of `first` with `second` appended: a directory of all segments and a footer behind the
  /// first ones.
  static func appended(_ first: [EncodedSegment], _ second: [EncodedSegment]) -> [UInt8] {
    var bytes = archive(first)
    var footer = Footer()
    footer.previousFooter = bytes.count - Footer.byteCount
    var locations = Locations()
    var summaries = Summaries()
    var lookups = LookupDirectory()
    var chunks = 0
    var offset = FileHeader.byteCount
    for (number, segment) in (first + second).enumerated() {
      if number == first.count { offset = bytes.count }
      if number >= first.count { bytes += segment.bytes }
      var location = segment.location
      location.offset = offset
      location.firstChunk = chunks
      offset = location.end
      locations.segments.append(location)
      lookups.add(segment.lookups, firstChunk: chunks)
      chunks += location.chunks
      var summary = segment.summary
      for service in segment.services {
        if !summaries.services.contains(service) { summaries.services.append(service) }
        summary.services.append(summaries.services.firstIndex(of: service) ?? 0)
      }
      summary.services.sort()
      summaries.segments.append(summary)
      footer.traces += summary.traces
      footer.spans += summary.spans
      footer.features.compatible |= segment.features
    }
    footer.directoryOffset = bytes.count
    footer.segments = locations.segments.count
    footer.keyBits = lookups.keyBits
    let (pages, count) = lookups.encode()
    footer.lookupPages = count
    footer.lookupPageBytes = count == 0 ? 0 : pages.count / count
    var writer = ByteWriter()
    writer.append(pages)
    summaries.encode(to: &writer)
    footer.summariesBytes = writer.count - pages.count
    let before = writer.count
    locations.encode(to: &writer)
    footer.locationsBytes = writer.count - before
    writer.append([UInt8](repeating: 0, count: Footer.padding(after: footer.directoryEnd)))
    footer.encode(to: &writer)
    return bytes + writer.bytes
  }
}

extension SegmentTrace {
  /// The parts of the trace that begin at 0 and at `cuts`; its spans lie in `batches`.
  func parts(cutAt cuts: [Int], _ batches: [SpanBatch]) -> [SegmentTrace] {
    let whole = LargeTrace(
      tree, ids: SpanIDs(spans, in: batches))
    return zip([0] + cuts, cuts + [spans.count]).map { first, end in
      let range = first..<end
      var part = self
      part.spans = Array(spans[range])
      part.tree.parents = Array(tree.parents[range])
      part.tree.operations = Array(tree.operations[range])
      part.tree.starts = Array(tree.starts[range])
      part.tree.ends = Array(tree.ends[range])
      part.tree.marks = Array(tree.marks[range])
      if !tree.filePositions.isEmpty {
        part.tree.filePositions = Array(tree.filePositions[range])
      }
      part.part = TracePart(trace: whole, position: first)
      return part
    }
  }
}

extension EncodedSegment {
  /// The segment with one more section in front of the others, of any type.
  func inserting(type: UInt8, codec: UInt8 = 0, raw: Int = 0, _ stored: [UInt8]) -> EncodedSegment {
    let head = bytes[(bytes.count - location.headBytes + Page.overhead)...]
    let sections = bytes[SegmentHeader.byteCount..<(bytes.count - location.headBytes)]
    var cursor = ByteCursor(Array(head).rawSpan)
    var content = ByteWriter()
    // Spans and traces, then the number of sections.
    for index in 0..<3 {
      content.varint(((try? cursor.varint()) ?? 0) + (index == 2 ? 1 : 0))
    }
    content.byte(type)
    content.byte(codec)
    content.varint(stored.count)
    content.varint(raw)
    content.append(Array(head.dropFirst(cursor.position)))
    var page = ByteWriter()
    Page.seal(content.bytes, to: &page)
    var made = self
    made.location.headBytes = page.count
    made.location.length = SegmentHeader.byteCount + stored.count + sections.count + page.count
    var writer = ByteWriter()
    SegmentHeader(headBytes: page.count, length: made.location.length).encode(to: &writer)
    made.bytes = writer.bytes + stored + sections + page.bytes
    return made
  }
}
