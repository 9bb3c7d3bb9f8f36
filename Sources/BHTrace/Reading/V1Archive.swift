/// A `.bht` v1 file, opened by reading its structure index and nothing else.
///
/// Opening takes three rounds: the first 8 bytes, the header, the tree. Payload is read block by
/// block, only for the spans asked for; blocks that lie side by side are read as one.
package final class V1Archive: TraceArchive {
  private let source: AccountedSource
  private let structure: V1Structure
  private let tree: TraceTree
  private let names: NameTable
  /// For each pre-order position the span's place in the file.
  private let order: [Int]

  /// Opens the v1 file in `source`. Throws `FormatError` where header or tree is damaged.
  package convenience init(_ source: any ByteSource) throws {
    try self.init(AccountedSource(source))
  }

  init(_ source: AccountedSource) throws {
    let size = source.byteCount
    let prefix = try source.read(0..<min(V1Layout.prefixSize, size))
    let header = try V1Layout.header(prefix: prefix, fileSize: size)
    let lengthEnd = header.upperBound + V1Layout.lengthSize
    let headerAndLength = try source.read(header.lowerBound..<lengthEnd)
    let range = try V1Layout.tree(
      header: header, length: headerAndLength.suffix(V1Layout.lengthSize), fileSize: size)
    let index = prefix + headerAndLength + (try source.read(range))
    source.count(rawBytes: index.count)
    self.source = source
    structure = try V1IndexReader.read(index, header: header, tree: range)
    (tree, names, order) = Self.buildTree(structure.batch)
  }

  package var formatVersion: Int { 1 }
  package var traceCount: Int { 1 }
  package var spanCount: Int { tree.count }
  package var stats: ReadStats { source.stats }

  private static let handle = TraceHandle(segment: 0, chunk: 0, slot: 0)

  package func locate(traceID: [UInt8], for parts: TraceParts) throws -> [TraceHandle] {
    structure.batch.bytes(structure.traceID) == traceID ? [Self.handle] : []
  }

  /// Loads the trace. The batch has no `V1FileRecord`, as gaps between blocks are not read;
  /// everything else is what decoding the whole file gives.
  package func load(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    let batch = structure.batch
    var trace = LoadedTrace(handle: handle, tree: tree, names: names)
    if !parts.isDisjoint(with: [.traceID, .spanIDs, .payload]) {
      trace.traceID = batch.bytes(structure.traceID)
    }
    if parts.contains(.spanIDs) {
      trace.spanIDs = order.map { batch.bytes(batch.spans[$0].spanID) }
    }
    if parts.contains(.payload) {
      trace.batch = try payload(of: positions?.sorted().map { order[$0] } ?? order)
    }
    return trace
  }

  package func firstHandle() throws -> TraceHandle? { Self.handle }

  package func forEachTrace(
    _ parts: TraceParts, bounds: TraceBounds,
    choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws {
    var positions: [Int]?
    if parts.contains(.payload) {
      positions = try choose(load(Self.handle, parts.subtracting(.payload), positions: nil))
      if positions?.isEmpty == true { return }
    }
    try body(load(Self.handle, parts, positions: positions))
  }

  /// The full spans at these places of the file, in that order.
  private func payload(of spans: [Int]) throws -> SpanBatch {
    let ranges = try structure.blockRanges(spans, fileSize: source.byteCount)
    let total = ranges.reduce(structure.batch.arena.count) { $0 + $1.count }
    guard total <= SpanBatch.arenaLimit else {
      throw FormatError(
        .unsupported, at: nil,
        "\(total) bytes of spans are more than the \(SpanBatch.arenaLimit) that can be read at once"
      )
    }
    let extents = try source.fetch(ranges)
    let blocks = try ranges.map { range throws(FormatError) in try extents.bytes(range) }
    source.count(blocks: blocks.count, rawBytes: ranges.reduce(0) { $0 + $1.count })
    var batch = structure.batch
    batch.spans = spans.map { structure.batch.spans[$0] }
    batch.arena.reserveCapacity(total)
    var writer = V1TextWriter()
    for (span, block) in blocks.enumerated() {
      let place = batch.append(block)
      try V1PayloadReader.read(
        block.rawSpan, arenaOffset: Int(place.offset), base: ranges[span].lowerBound, span: span,
        into: &batch, &writer)
    }
    return batch
  }

  private static func buildTree(
    _ batch: SpanBatch
  ) -> (tree: TraceTree, names: NameTable, order: [Int]) {
    let references = batch.spans.indices.map { SpanReference(batch: 0, span: $0) }
    let built = TraceTreeBuilder.build(references, in: [batch])
    var tree = built.tree
    tree.dialect = .v1
    if built.order != Array(batch.spans.indices) {
      tree.filePositions = built.order.map { UInt32($0) }
    }
    // Equal services share a resource, so service and name are a pair of small numbers.
    var names = NameTable()
    var operationNames = ByteInterner()
    var operations: [UInt64: UInt32] = [:]
    names.services = batch.resources.indices.map { batch.bytes(batch.serviceName(of: $0)) }
    for (position, index) in built.order.enumerated() {
      let span = batch.spans[index]
      let name = operationNames.intern(batch.arena, span.name)
      let pair = UInt64(span.resource) << 32 | UInt64(name)
      let number = operations[pair] ?? UInt32(names.operations.count)
      if Int(number) == names.operations.count {
        operations[pair] = number
        names.operations.append(
          NameTable.Operation(
            service: span.resource, name: batch.bytes(span.name), kind: span.kind))
      }
      tree.operations[position] = number
    }
    return (tree, names, built.order)
  }
}
