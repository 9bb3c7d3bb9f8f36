import Testing

@testable import BHTrace

struct V1ArchiveTests {
  private func checkout() throws -> V1Archive {
    try V1Archive(MemorySource(try PackageFile.checkout()))
  }

  @Test func openingReadsTheIndexInThreeRounds() throws {
    let archive = try checkout()
    #expect(archive.stats.bytesRead == 41_371)
    #expect(archive.stats.rawBytes == 41_371)
    #expect(archive.stats.requests == 3)
    #expect(archive.stats.rounds == 3)
    #expect(archive.stats.blocksRead == 0)
    #expect((archive.formatVersion, archive.traceCount, archive.spanCount) == (1, 1, 269))
  }

  @Test func structureCostsNothingMore() throws {
    let archive = try checkout()
    var seen = 0
    try archive.forEachTrace([.traceID, .spanIDs]) { trace in
      seen += 1
      #expect(trace.traceID == Array("checkout-7f3a91".utf8))
      #expect(trace.spanIDs.count == 269)
      #expect(trace.spanIDs[0] == Array("s0001".utf8))
      #expect(trace.batch.spans.isEmpty)
      #expect(trace.names.services.count == 10)
      #expect(trace.tree.operations.count == 269)
    }
    #expect(seen == 1)
    #expect(archive.stats.bytesRead == 41_371)
  }

  @Test func locateFindsTheTraceByItsExactID() throws {
    let archive = try checkout()
    #expect(try archive.locate(traceID: Array("checkout-7f3a91".utf8)).count == 1)
    #expect(try archive.locate(traceID: Array("checkout-7f3a9".utf8)).isEmpty)
  }

  @Test func blocksSideBySideAreOneRequest() throws {
    let archive = try checkout()
    let handle = try #require(try archive.locate(traceID: Array("checkout-7f3a91".utf8)).first)
    let trace = try archive.load(handle, .payload, positions: nil)
    #expect(trace.batch.spans.count == 269)
    #expect(archive.stats.requests == 4)
    #expect(archive.stats.rounds == 4)
    #expect(archive.stats.bytesRead == 391_267)
    #expect(archive.stats.rawBytes == 391_267)
    #expect(archive.stats.blocksRead == 269)
  }

  @Test func choosingNothingReadsNothing() throws {
    let archive = try checkout()
    try archive.forEachTrace(
      .payload, choose: { _ in [] }, body: { _ in Issue.record("the trace was to be skipped") })
    #expect(archive.stats.bytesRead == 41_371)
  }

  @Test func loadedSpansAreTheDecodersInPreOrder() throws {
    for seed in UInt64(0)..<400 {
      var generator = OddV1File(seed: seed)
      let file = generator.bytes()
      let decoded = try V1Decoder.decode(file)
      let archive = try V1Archive(MemorySource(file))
      try archive.forEachTrace([.spanIDs, .payload]) { trace in
        #expect(trace.batch.spans.count == decoded.spans.count)
        for position in trace.batch.spans.indices {
          let span = trace.batch.spans[position]
          let place = Int(trace.tree.filePosition(position))
          #expect(Int(span.filePosition) == place, "seed \(seed)")
          let other = decoded.spans[place]
          #expect(trace.spanIDs[position] == decoded.bytes(other.spanID))
          #expect(
            try TraceSpan(position, of: trace.batch) == TraceSpan(place, of: decoded),
            "seed \(seed)")
          #expect(trace.batch.bytes(span.extra) == decoded.bytes(other.extra))
          #expect(span.start == other.start && span.end == other.end)
          #expect(trace.tree.starts[position] == other.start)
          #expect(trace.tree.marks[position].contains(.error) == (other.statusCode == 2))
          let number = Int(trace.tree.operations[position])
          let service = decoded.bytes(decoded.serviceName(of: Int(other.resource)))
          #expect(trace.names.operations[number].name == decoded.bytes(other.name))
          #expect(trace.names.service(ofOperation: UInt32(number)) == service)
        }
        let inFile = decoded.spans.indices.map { trace.batch.spans.isEmpty ? -1 : $0 }
        let written = try V1Encoder.encode(
          trace.batch,
          spans: inFile.map { place in
            trace.batch.spans.firstIndex { Int($0.filePosition) == place } ?? -1
          }, file: nil)
        // Without the file's own record, the canonical file of the same spans.
        #expect(try V1Decoder.decode(written).spans.count == decoded.spans.count)
      }
    }
  }

  @Test func positionsInTheFileAreGivenWhereTheyAreNotThePreOrder() throws {
    var store = TraceStore("t")
    for (id, parent, start) in [("c", "a", 5), ("a", nil, 0), ("b", "a", 1)]
      as [(String, String?, Int64)]
    {
      store.add(
        TraceSpan(
          id, parent: parent, service: "s", operation: id, startMicroseconds: start,
          durationMicroseconds: 1))
    }
    let archive = try V1Archive(MemorySource(try store.encodedV1()))
    try archive.forEachTrace(.spanIDs) { trace in
      #expect(trace.spanIDs == ["a", "b", "c"].map { Array($0.utf8) })
      #expect(trace.tree.filePositions == [1, 2, 0])
    }
    try checkout().forEachTrace(.structure) { #expect($0.tree.filePositions.isEmpty) }
  }
}
