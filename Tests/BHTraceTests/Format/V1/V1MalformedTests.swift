import Testing

@testable import BHTrace

struct V1MalformedTests {
  @Test(
    arguments: [
      ("empty", .truncated, 0),
      ("wrong-magic", .notRecognized, 0),
      ("version-9", .notRecognized, 0),
      ("magic-only", .truncated, 4),
      ("header-length-lies", .truncated, 234),
      ("tree-length-lies", .truncated, 234),
      ("header-empty", .truncated, 8),
      ("header-array", .invalid, 8),
      ("header-not-utf8", .invalid, 22),
      ("header-two-values", .invalid, 71),
      ("tree-object", .invalid, 74),
      ("tree-unclosed", .truncated, 195),
      ("tree-trailing-comma", .invalid, 196),
      ("span-not-object", .invalid, 75),
      ("span-without-size", .invalid, 75),
      ("off-negative", .outOfBounds, 181),
      ("off-fraction", .outOfBounds, 181),
      ("off-beyond-64-bits", .outOfBounds, 181),
      ("off-text", .invalid, 181),
      ("off-plus-size-overflows", .invalid, 75),
      ("block-past-end", .truncated, 234),
      ("block-far-past-end", .truncated, 251),
      ("block-empty", .truncated, 195),
      ("block-cut-short", .truncated, 233),
      ("block-not-json", .invalid, 195),
      ("block-control-character", .invalid, 214),
      ("block-leading-zero", .invalid, 218),
      ("block-surrogate-bytes", .invalid, 213),
      ("block-nested-too-deep", .outOfBounds, 729),
    ] as [(String, FormatError.Code, Int)])
  func aDamagedFileIsRefusedAtItsFirstBadByte(
    name: String, code: FormatError.Code, offset: Int
  ) throws {
    let file = try PackageFile.bytes("Tests/Vectors/v1/\(name).bht")
    let found = formatError { () throws(FormatError) in _ = try V1Decoder.decode(file) }
    #expect(found?.code == code)
    #expect(found?.offset == offset)

    // Through the archive the same: at opening, or where the damage is in the payload at loading.
    var loaded: FormatError?
    do {
      try V1Archive(MemorySource(file)).forEachTrace(.payload) { _ in }
    } catch { loaded = error as? FormatError }
    #expect(loaded?.code == code)
    #expect(loaded?.offset == offset)
  }

  @Test func aFileCutAnywhereIsTruncated() throws {
    let file = try PackageFile.bytes("Tests/Vectors/v1/readable-python.bht")
    for count in 0..<file.count {
      let cut = Array(file.prefix(count))
      let found = formatError { () throws(FormatError) in _ = try V1Decoder.decode(cut) }
      #expect(found?.code == .truncated, "cut to \(count)")
      #expect(found?.offset == count, "cut to \(count)")
    }
  }

  @Test func theIndexOfAFileCutInItsPayloadStillAnswers() throws {
    let file = try PackageFile.checkout()
    let reader = try TraceReader(V1Archive(MemorySource(Array(file.prefix(50_000)))))
    #expect(try reader.summary().result.spanCount == 269)
    #expect(try reader.subtree("s0007").result.count == 1)
    #expect(throws: FormatError.self) { try reader.full() }
  }

  @Test func blocksThatOverlapWithoutBoundAreRefused() throws {
    let payload = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 16)
    let entry = #"{"id": "a", "off": 0, "size": 65536}"#
    func file(spans: Int) throws -> [UInt8] {
      let tree = "[" + Array(repeating: entry, count: spans).joined(separator: ",") + "]"
      return try V1Encoder.assemble(
        header: Array("{}".utf8), tree: Array(tree.utf8), payload: payload)
    }
    let (few, many) = (try file(spans: 1024), try file(spans: 1025))
    let code = formatError { () throws(FormatError) in _ = try V1Decoder.decode(many) }?.code
    #expect(code == .outOfBounds)
    // One less, and it is the payload that is looked at.
    let other = formatError { () throws(FormatError) in _ = try V1Decoder.decode(few) }
    #expect(other?.offset == few.count - payload.count + 512)
  }

  @Test func timesOutOfRangeAreKept() throws {
    let payload = #"{"attributes": {}, "events": [{"ts_us": -9223372036854775808, "name": ""}]}"#
    for time in ["9223372036854775807", "-9223372036854775808", "1e300", "-1e300", "NaN", "1.5"] {
      let tree =
        #"[{"id": "a", "parent": null, "service": "", "op": "", "start_us": \#(time), "#
        + #""dur_us": \#(time), "status": "ok", "off": 0, "size": \#(payload.utf8.count)}]"#
      let file = try V1Encoder.assemble(
        header: Array("{}".utf8), tree: Array(tree.utf8), payload: Array(payload.utf8))
      let batch = try V1Decoder.decode(file)
      #expect(try V1Encoder.encode(batch, spans: [0]) == file)
      let reader = try TraceReader(V1Archive(MemorySource(file)))
      #expect(try reader.summary().result.spanCount == 1)
    }
  }
}
