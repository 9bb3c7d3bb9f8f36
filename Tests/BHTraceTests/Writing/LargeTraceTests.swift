import Testing

@testable import BHTrace

/// Traces that several segments share.
@Suite struct LargeTraceTests {
  /// A trace of `count` spans, each under one of those before it, in an order of chance, in several
  /// batches; some share id and start, some say just the same.
  private func largeTrace(
    _ count: Int, seed: UInt64, name: String = "large", batches: Int = 7
  ) -> [SpanBatch] {
    var random = SeededGenerator(seed: seed)
    var spans: [PlainSpan] = []
    for index in 0..<count {
      var span = PlainSpan(id: "s\(index)", trace: name)
      if index > 0 { span.parent = "s\(Int.random(in: 0..<index, using: &random))" }
      span.start = UInt64(1000 + index / 3)
      span.end = UInt64(2000 + index)
      span.service = "service \(index % 5)"
      span.name = "operation \(index % 11)"
      spans.append(span)
    }
    for index in stride(from: 5, to: count, by: 17) {
      spans[index] = spans[index - 1]
      if index % 2 == 0 { spans[index].name = "another \(index % 3)" }
    }
    spans.shuffle(using: &random)
    let size = (count + batches - 1) / batches
    return stride(from: 0, to: count, by: size).map {
      SpanBatch(Array(spans[$0..<min(count, $0 + size)]))
    }
  }

  private func digests(_ batches: [SpanBatch]) -> [Digest128] {
    batches.flatMap { batch in
      let digester = SpanDigester(batch)
      return batch.spans.indices.map { digester.digest($0) }
    }.sorted()
  }

  @Test(arguments: [512 << 20, 1]) func partsHoldAllSpansOnceInPreOrder(memory: Int) throws {
    let batches = largeTrace(1000, seed: 1)
    let parts = try segments(batches, options: .small(), memory: memory)
    #expect(parts.map { $0.traces.map(\.spans.count) } == Array(repeating: [100], count: 10))
    #expect(parts.map(\.traces[0].position) == (0..<10).map { $0 * 100 })
    #expect(parts.flatMap(\.traces[0].spans).sorted() == digests(batches))
    // What the trace is as one segment.
    let whole = try segments(batches)
    try #require(whole.count == 1)
    #expect(whole[0].traces[0].position == nil)
    #expect(parts.flatMap(\.traces[0].spans) == whole[0].traces[0].spans)
    for part in parts {
      let trace = part.traces[0]
      #expect(trace.whole == whole[0].traces[0].tree)
      #expect(trace.id == Array("large".utf8))
      let range = (trace.position ?? 0)..<((trace.position ?? 0) + 100)
      #expect(trace.tree.parents == Array(whole[0].traces[0].tree.parents[range]))
      #expect(trace.tree.starts == Array(whole[0].traces[0].tree.starts[range]))
      #expect(trace.tree.marks == Array(whole[0].traces[0].tree.marks[range]))
      #expect(trace.subtreeEnds == whole[0].traces[0].tree.subtreeEnds())
      #expect(
        trace.ids.map { Array($0[range]) } == part.batch.spans.map { part.batch.bytes($0.spanID) })
    }
  }

  @Test(arguments: [(512 << 20, 2), (1, 1), (1, 3), (20_000, 2)])
  func segmentsDoNotDependOnMemoryOrThreadsOrOrder(memory: Int, threads: Int) throws {
    let batches =
      largeTrace(30, seed: 2, name: "a") + largeTrace(530, seed: 3)
      + largeTrace(80, seed: 4, name: "b")
      + largeTrace(60, seed: 5, name: "c") + largeTrace(300, seed: 6, name: "d")
    let expected = try segments(batches, options: .small())
    #expect(
      expected.map { $0.traces.map { String(decoding: $0.id, as: UTF8.self) } } == [
        ["a"], ["b"], ["c"], ["d"], ["d"], ["d"], ["large"], ["large"], ["large"], ["large"],
        ["large"], ["large"],
      ])
    let reversed = batches.reversed().map { batch in
      var reversed = batch
      reversed.spans.reverse()
      return reversed
    }
    #expect(try segments(batches, options: .small(), memory: memory, threads: threads) == expected)
    #expect(try segments(reversed, options: .small(), memory: memory, threads: threads) == expected)
  }

  @Test(arguments: [512 << 20, 1]) func partEndsWhereItsContentIsLarge(memory: Int) throws {
    let batches = largeTrace(60, seed: 7)
    let all = try segments(batches)[0]
    let sizes = all.batch.spans.map { all.batch.contentBytes(of: $0) }
    let limit = 400
    let parts = try segments(batches, options: .small(bytes: limit), memory: memory)
    #expect(parts.count > 5)
    var next = 0
    for part in parts {
      let bytes = sizes[next..<(next + part.batch.spans.count)].reduce(0, +)
      #expect(bytes <= limit)
      next += part.batch.spans.count
    }
    #expect(next == 60)
  }

  @Test(arguments: [512 << 20, 1], ["one trace", "a trace each"])
  func resourcesOfTheirOwnCountForTheSize(memory: Int, kind: String) throws {
    var batch = SpanBatch()
    batch.scopes.append(ScopeRecord())
    for index in 0..<40 {
      var resource = ResourceRecord()
      let long = String(repeating: "x", count: 1000)
      resource.attributes = batch.attributes([("service.name", "s"), ("pod", "\(index) \(long)")])
      var span = SpanRecord()
      span.traceID = batch.append(kind == "one trace" ? "t" : "t\(index)")
      span.spanID = batch.append("\(index)")
      span.start = UInt64(index)
      span.resource = UInt32(batch.resources.count)
      batch.resources.append(resource)
      batch.spans.append(span)
    }
    let made = try segments([batch], options: .small(bytes: 10_500), memory: memory)
    #expect(made.map { $0.batch.spans.count } == [9, 9, 9, 9, 4])
    // One for all of them counts once.
    for index in batch.spans.indices { batch.spans[index].resource = 0 }
    #expect(try segments([batch], options: .small(bytes: 10_500), memory: memory).count == 1)
  }

  @Test(arguments: [512 << 20, 1]) func v1TraceOfSeveralPartsKeepsItsFile(memory: Int) throws {
    var batch = largeTrace(250, seed: 8, batches: 1)[0]
    for index in batch.spans.indices {
      batch.spans[index].dialect = .v1
      batch.spans[index].filePosition = UInt32(index)
    }
    var file = V1FileRecord()
    file.traceID = batch.append("large")
    file.header = batch.append("{\"odd\": 1}")
    file.payload = batch.append("payload")
    batch.v1Files.append(file)
    let parts = try segments([batch], options: .small(), memory: memory)
    try #require(parts.count == 3)
    #expect(
      parts.map(\.traces[0].v1File) == [
        [Array("large".utf8), Array("{\"odd\": 1}".utf8), [], Array("payload".utf8)], nil, nil,
      ])
    #expect(parts.allSatisfy { $0.traces[0].tree.dialect == .v1 })
    for part in parts {
      #expect(part.traces[0].tree.filePositions == part.batch.spans.map(\.filePosition))
    }
    #expect(parts.flatMap(\.traces[0].tree.filePositions).sorted() == (0..<250).map { UInt32($0) })
    // What other outputs get of it: one batch, as the file had it.
    var collector = TraceCollector(memory: memory)
    try collector.add(batch)
    var whole: [SpanBatch] = []
    try collector.finish { whole.append($0) }
    #expect(whole.map { $0.spans.map(\.filePosition) } == [(0..<250).map { UInt32($0) }])
    #expect(whole[0].v1Files.count == 1)
  }

  @Test(arguments: [512 << 20, 1]) func spansThatSayNothingMakeATrace(memory: Int) throws {
    var batch = SpanBatch()
    batch.resources.append(ResourceRecord())
    batch.scopes.append(ScopeRecord())
    batch.spans = Array(repeating: SpanRecord(), count: 350)
    let parts = try segments([batch], options: .small(), memory: memory)
    #expect(parts.map { $0.batch.spans.count } == [100, 100, 100, 50])
    #expect(parts[0].traces[0].whole?.parents == Array(repeating: -1, count: 350))
  }
}
