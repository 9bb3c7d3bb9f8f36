@testable import BHTrace

/// The archive of FORMAT.md's worked example, and the text that takes it apart.
struct WorkedExample {
  let bytes: [UInt8]
  private let session: ArchiveSession

  init() throws {
    bytes = try archive([Self.batch()])
    session = try ArchiveSession(BytesSource(bytes))
  }

  // MARK: The spans

  private static let selects = 14

  /// One trace: a request that asks the database `selects` times. The last query has an event and a
  /// link, and the event repeats the id that the span has.
  private static func batch() -> SpanBatch {
    var batch = SpanBatch()
    var resource = ResourceRecord()
    resource.isPresent = true
    resource.attributes = batch.attributes([("service.name", "cart")])
    batch.resources.append(resource)
    batch.scopes.append(ScopeRecord())
    let traceID = batch.append((0..<16).map { UInt8($0 + 0xA0) })
    let start: UInt64 = 1_767_323_045_000_000_000
    for number in 0...selects {
      var span = SpanRecord()
      span.traceID = traceID
      span.spanID = batch.append([UInt8](repeating: UInt8(number + 1), count: 8))
      span.name = batch.append(number == 0 ? "GET /cart" : "SELECT")
      span.kind = number == 0 ? 2 : 3
      span.start = start + UInt64(number) * 2_000_000
      span.end = span.start + (number == 0 ? 30_000_000 : 1_500_000)
      if number == 0 {
        span.attributes = batch.attributes([("http.route", "/cart")])
      } else {
        span.parentSpanID = batch.spans[0].spanID
        let request = requestID(number)
        span.attributes = batch.attributes([
          ("db.system", "postgresql"), ("db.name", number % 3 == 0 ? "orders" : "items"),
          ("db.statement", "SELECT * FROM items WHERE id = \(number * 977)"),
          ("request.id", request),
        ])
        if number == selects { addEventAndLink(to: &span, request, &batch) }
      }
      batch.spans.append(span)
    }
    return batch
  }

  /// A UUID that differs from span to span.
  private static func requestID(_ number: Int) -> String {
    var random = SeededGenerator(seed: UInt64(number))
    let digits = (0..<32).map { _ in
      String(UInt8.random(in: 0..<16, using: &random), radix: 16)
    }
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }
      .joined(separator: "-")
  }

  private static func addEventAndLink(
    to span: inout SpanRecord, _ request: String, _ batch: inout SpanBatch
  ) {
    var event = EventRecord()
    event.time = span.start + 1_000_000
    event.name = batch.append("retry")
    event.attributes = batch.attributes([("request.id", request)])
    span.events = RecordRange(batch.events.count, 1)
    batch.events.append(event)
    var link = LinkRecord()
    link.traceID = span.traceID
    link.spanID = batch.append([UInt8](repeating: 2, count: 8))
    span.links = RecordRange(batch.links.count, 1)
    batch.links.append(link)
  }

  // MARK: The text

  /// What stands between the markers.
  func text() throws -> String {
    let map = try session.maps()[0]
    return """
      One trace of \(Self.selects + 1) spans of the service `cart`: `GET /cart`, and \
      \(Self.selects) times `SELECT` below it. Made by this project's writer, and \
      taken apart by a test.

      | offset | bytes | what |
      |--:|--:|---|
      \(try fileRows(map).map { "| \($0.lowerBound) | \($0.count) | \($1) |" }
        .joined(separator: "\n"))

      \(try walk(map))
      """
  }

  /// Every byte of the file, part by part.
  private func fileRows(_ map: SegmentMap) throws -> [(Range<Int>, String)] {
    let footerAt = bytes.count - Footer.byteCount
    let footer = try Footer.decode(Array(bytes[footerAt...]), at: footerAt)
    let location = map.location
    var rows: [(Range<Int>, String)] = [
      (
        0..<FileHeader.byteCount,
        "Header: `BHT2`, version 2.1, "
          + features(try FileHeader.decode(Array(bytes[..<FileHeader.byteCount])).features)
      ),
      (
        location.offset..<(location.offset + SegmentHeader.byteCount),
        "SegmentHeader: `BSEG`, \(location.headBytes) bytes of HEAD, \(location.length) in all"
      ),
    ]
    for section in map.head.sections { rows += sectionRows(section, map) }
    rows.append(
      (
        location.head,
        "HEAD: \(map.head.spans) spans, \(map.head.traces) trace, "
          + "\(map.head.sections.count) sections, \(map.chunkCount) chunk, "
          + "\(map.head.groups.count) group, \(map.head.kinds.count) kind"
      ))
    for page in 0..<footer.lookupPages {
      let start = footer.directoryOffset + page * footer.lookupPageBytes
      rows.append(
        (
          start..<(start + footer.lookupPageBytes),
          "Look-up page \(page), keys of "
            + "\(footer.keyBits) bits"
        ))
    }
    rows += [
      (footer.summariesOffset..<footer.locationsOffset, "SUMMARIES"),
      (footer.locationsOffset..<footer.directoryEnd, "LOCATIONS"),
      (footer.directoryEnd..<footerAt, "zeros"),
      (
        footerAt..<bytes.count,
        "Footer: \(footer.segments) segment, \(footer.traces) trace, "
          + "\(footer.spans) spans, \(features(footer.features)), `2THB`"
      ),
    ]
    return rows.filter { !$0.0.isEmpty }
  }

  private func features(_ features: Features) -> String {
    "compatible features \(features.compatible)"
  }

  private func sectionRows(_ section: Section, _ map: SegmentMap) -> [(Range<Int>, String)] {
    let name = section.type.name
    switch section.type {
    case .blocks:
      return map.head.groups.blocks.indices.map { number in
        let block = map.head.groups.blocks[number]
        return (map.block(number), "\(name): block \(number), \(block.spans.count) spans")
      }
    case .spanIDs: return [(map.spanIDs(0, 0), "\(name): the page of group 0 and chunk 0")]
    case .traceIDs: return [(map.traceIDs(0), "\(name): the page of chunk 0")]
    case .index: return [(map.index(0), "\(name): the page of chunk 0")]
    default:
      let decoded = section.raw > 0 ? ", \(section.raw) bytes decoded" : ""
      return [(map.range(section.type), "\(name)\(decoded)")]
    }
  }

  /// The first block, its frame and the codes of some of its spans.
  private func walk(_ map: SegmentMap) throws -> String {
    let block = map.head.groups.blocks[0]
    let stored = Array(bytes[map.block(0)])
    let (tables, operations) = try contents(map)
    var (body, starts) = ([UInt8](), [PayloadStreams.Mark]())
    let content = try BlockFrame.decode(
      stored.rawSpan,
      BlockFrame.Shape(spans: block.spans.count, isBare: block.isBare, parts: [0]),
      at: map.block(0).lowerBound, with: ZstdDecompressor(), heavy: [], body: &body,
      starts: &starts)
    var walk = BlockWalk(
      codes: Array(body[..<content.codeCount]), text: Array(body[content.codeCount...]),
      random: Array(stored[content.random]), tables)
    var text = """
      Block 0 decodes to \(content.codeCount) bytes of codes, \
      \(content.bodyCount - content.codeCount) of text and \(content.random.count) of random. Its \
      first two spans and its last one:

      | codes | what |
      |---|---|

      """
    for (number, operation) in operations.enumerated() {
      walk.span(operation: operation)
      guard number < 2 || number == operations.count - 1 else { continue }
      text += "| | **span \(number)** |\n"
      text += walk.rows.map { "| `\($0.codes)` | \($0.what) |\n" }.joined()
    }
    precondition(walk.isAtEnd, "the walk does not end where the block does")
    return text.trimmingSuffix("\n")
  }

  /// The segment's tables, and the operation of each of its spans.
  private func contents(_ map: SegmentMap) throws -> (SegmentTables, [Int]) {
    var operations: [Int] = []
    var names = NameTable()
    try session.forEachTrace(.structure) { trace in
      operations += trace.tree.operations.map(Int.init)
      names = trace.names
    }
    var extents = Extents()
    extents.add(bytes, at: 0)
    guard let section = map.head.section(.tables) else { return (SegmentTables(), operations) }
    let content = try map.openZstd(section, cap: Limits.tableBytes, from: extents)
    let tables = try TableSection.decode(
      content, operationCount: names.operations.count, at: map.range(.tables).lowerBound)
    return (tables, operations)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String {
    var text = self[...]
    while text.last == suffix { text.removeLast() }
    return String(text)
  }
}
