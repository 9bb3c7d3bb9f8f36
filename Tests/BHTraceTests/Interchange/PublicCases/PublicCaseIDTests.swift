import Testing

@testable import BHTrace

/// Ids that are not what they have to be.
struct PublicCaseIDTests {
  private static let trace = "5b8efff798038103d269b633813fc60c"
  private static let mended = [
    "\(trace)/eee19b7ec3c1b101/", "\(trace)/eee19b7ec3c1b102/eee19b7ec3c1b101",
  ]

  @Test(
    arguments: [
      ("11-hex-ids-read-as-base64", "input.json"), ("11-hex-ids-read-as-base64", "input.pb"),
      ("12-ascii-hex-ids-in-protobuf", "input.pb"),
    ])
  func hexTextOfIDsIsCountedAndMendedOnRequest(name: String, file: String) throws {
    let kept = try PublicCase.read(name, file)
    #expect(kept.notices == ["5 ids are the hex text of ids, kept as they came"])
    #expect(kept.report.notices.first?.remedy == .repairIDs)
    #expect(kept.ids.allSatisfy { $0.count > 16 + 32 + 1 })
    let mended = try PublicCase.read(name, file, repairsIDs: true)
    #expect(mended.ids == Self.mended)
    #expect(mended.repairs == ["hex text of an id read as the id: 5"])
    #expect(mended.notices == [])
  }

  @Test(arguments: ["input.json", "input-0x.json", "input-mixed.jsonl"])
  func dashesAndPrefixesAreSpellingsOfOneID(file: String) throws {
    let read = try PublicCase.read("35-uuid-trace-ids", file)
    #expect(read.ids.first == "8e3479ca285449a2b753bc2482da9a59/eee19b7ec3c1b101/")
    #expect(read.traceCount == 1)
    #expect(read.count == (file == "input-mixed.jsonl" ? 2 : 1))
    #expect(
      read.repairs == [
        "id with dashes or 0x read as the id it names: \(file == "input-0x.json" ? 2 : 1)"
      ])
  }

  @Test func theSpellingsAreReadInJaegerAndZipkinToo() throws {
    let jaeger = try ReadSpans(
      #"{"traceID":"8E3479CA-2854-49A2-B753-BC2482DA9A59","spanID":"0x1234","startTime":1700000000000000}"#
    )
    #expect(jaeger.ids == ["8e3479ca285449a2b753bc2482da9a59/0000000000001234/"])
    #expect(jaeger.repairs == ["ids with dashes or 0x read as the ids they name: 2"])
    let zipkin = try ReadSpans(
      #"[{"traceId":"8e3479ca-2854-49a2-b753-bc2482da9a59","id":"0x1","timestamp":1700000000000000}]"#
    )
    #expect(zipkin.ids == ["8e3479ca285449a2b753bc2482da9a59/0000000000000001/"])
    // What only looks like one of them is kept as its text.
    let other = try ReadSpans(
      #"[{"traceId":"8e3479ca-2854-49a2-b753-bc2482da9a5x","id":"0x","timestamp":1700000000000000}]"#
    )
    #expect(other.batch.text(other.spans[0].traceID) == "8e3479ca-2854-49a2-b753-bc2482da9a5x")
    #expect(
      other.notices == ["2 ids are not of 16 bytes (traces) or 8 (spans), and kept as they came"])
  }

  @Test func zerosAreNoID() throws {
    let kept = try PublicCase.read("56-zero-trace-ids")
    #expect(
      kept.notices == [
        "3 spans have a trace id of zeros or none, and count as one trace",
        "2 spans have a span id of zeros or none",
      ])
    #expect(kept.ids[0] == "00000000000000000000000000000000/eee19b7ec3c1b101/")
    #expect(kept.ids[3] == "//")
    let mended = try PublicCase.read("56-zero-trace-ids", repairsIDs: true)
    #expect(mended.traceCount == 4)
    #expect(mended.notices == [])
    #expect(
      mended.repairs == [
        "span without a trace id made a trace of its own: 3", "span without a span id given one: 2",
      ])
    #expect(mended.ids[2].hasPrefix("\(Self.trace)/"))
    #expect(try PublicCase.read("56-zero-trace-ids", repairsIDs: true).ids == mended.ids)
  }

  @Test func linksAreMendedToo() throws {
    let hex = Array(Self.trace.utf8)
    var batch = SpanBatch()
    var link = LinkRecord()
    link.traceID = batch.append(hex)
    link.spanID = batch.append(Array("eee19b7ec3c1b101".utf8))
    batch.links = [link]
    #expect(batch.mendIDs().misread == 2)
    #expect(batch.bytes(batch.links[0].traceID) == HexText.decode(hex))
    #expect(batch.bytes(batch.links[0].spanID) == [0xEE, 0xE1, 0x9B, 0x7E, 0xC3, 0xC1, 0xB1, 1])
  }

  @Test func twoSpellingsOfTheFieldsAreToldApart() throws {
    let read = try PublicCase.read("48-two-spellings-of-ids")
    #expect(read.ids == ["0000000000000000d6e9329d67b6146b/0000000000001234/"])
    #expect(read.spans[0].end - read.spans[0].start == 100_000_000)
    #expect(read.repairs.filter { $0.hasPrefix("dropped unknown key") }.count == 10)
  }

  @Test(arguments: ["input.json", "input.pb"])
  func aParentOfZerosIsNone(file: String) throws {
    let read = try PublicCase.read("16-all-zero-parent", file)
    #expect(read.notices == [])
    #expect(read.ids[0].hasSuffix("/0000000000000000"))
    let tree = NamedTree(read.batch).tree
    #expect(tree.marks.filter { $0.contains(.zeroParent) }.count == 1)
    #expect(!tree.marks.contains { $0.contains(.orphan) })
  }
}
