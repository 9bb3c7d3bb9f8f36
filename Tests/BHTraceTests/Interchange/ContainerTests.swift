import Testing

@testable import BHTrace

/// Zips and tars, whose members are inputs of their own.
struct ContainerTests {
  private typealias Member = StoredContainer.Member
  private static let name = "37-other-containers"
  private let jaeger: [UInt8]
  private let otlp: [UInt8]

  init() throws {
    jaeger = try Cases.bytes("26-bom-and-utf16", "input-jaeger-utf8-bom.json")
    otlp = try Cases.bytes("26-bom-and-utf16", "input-utf8-bom.json")
  }

  private func read(
    _ bytes: [UInt8], step: Int = 1 << 20, seed: UInt64? = nil, strict: Bool = false
  ) throws -> (names: [String], report: InputReport) {
    var names: [String] = []
    let report = try SpanInput.read(
      Trickle(bytes: bytes, step: step, seed: seed), strict: strict
    ) { batch in names += batch.spans.map { batch.text($0.name) } }
    return (names, report)
  }

  private func containers(_ members: [Member]) -> [[UInt8]] {
    [
      StoredContainer.zip(members), StoredContainer.tar(members),
      StoredLayer.gzip(StoredContainer.tar(members)),
    ]
  }

  @Test func membersOfTheCasesAreRead() throws {
    let zip = try read(Cases.bytes(Self.name, "input.json.zip"))
    #expect(zip.names == ["GET /cart"])
    let tar = try read(Cases.bytes(Self.name, "input.tar.gz"))
    #expect(tar.names == ["GET /cart", "SELECT"])
    #expect(zip.report.problemCount + tar.report.problemCount == 0)
    #expect(zip.report.bytesIn == 483)
    #expect(zip.report.spans == 1)
  }

  @Test func everyMemberIsAnInputOfItsOwn() throws {
    let archived = try archive([ReadSpans(otlp).batch])
    let members = [
      Member("a/", [], type: "5"), Member("a/jaeger.json", jaeger),
      Member("README.md", Array("Prose with a {brace} in it.\n".utf8)),
      Member("__MACOSX/._jaeger.json", [0, 5, 22, 7]), Member("a/.DS_Store", [0, 0, 0, 1]),
      Member("a/otlp.json.gz", StoredLayer.gzip(otlp)), Member("a/empty.json", []),
      Member("shop.bht", archived),
    ]
    for bytes in containers(members) {
      for seed: UInt64 in 1...4 {
        let (names, report) = try read(bytes, step: 700, seed: seed)
        #expect(
          names.sorted() == ["GET /cart", "GET /cart", "GET /cart", "SELECT", "SELECT"])
        #expect(report.spans == 5)
        #expect(report.problems.map(\.member) == ["README.md"])
        #expect(report.problems.first?.what.contains("starts with 'Prose wi'") == true)
        #expect(report.failedMembers == 1)
        #expect(report.bytesIn == bytes.count)
        #expect(
          report.passedOver.map(\.member) == [
            "a/", "__MACOSX/._jaeger.json", "a/.DS_Store", "a/empty.json",
          ])
        #expect(report.passedOver.first?.what == "it is a folder")
        #expect(report.passedOver.last?.what == "it has no bytes")
        #expect(
          report.repairs == [InputReport.Repair(what: "byte order mark left out", count: 2)])
      }
    }
  }

  @Test func linksAndSpecialEntriesArePassedOver() throws {
    let members = [
      Member("link.json", [], type: "2"), Member("pipe", [], type: "6"), Member("a.json", jaeger),
    ]
    let (names, report) = try read(StoredContainer.tar(members))
    #expect(names == ["GET /cart"])
    #expect(report.passedOver.map(\.what) == ["it is a link", "it is no regular file"])
    #expect(try read(StoredContainer.tar(members), strict: true).names == ["GET /cart"])
  }

  @Test func containersLieInContainers() throws {
    let inner = StoredLayer.gzip(StoredContainer.tar([Member("b.json", otlp)]))
    let outer = StoredContainer.zip([
      Member("a.json", jaeger), Member("logs.tgz", inner), Member("c.json", jaeger),
    ])
    let (names, report) = try read(outer, step: 99, seed: 1)
    #expect(names == ["GET /cart", "GET /cart", "SELECT", "GET /cart"])
    #expect(report.problems == [])
    // As deep as layers go, and no deeper.
    var deep = StoredContainer.zip([Member("a.json", jaeger)])
    for _ in 0..<3 { deep = StoredContainer.zip([Member("in.zip", deep)]) }
    #expect(try read(deep).names == ["GET /cart"])
    let error = #expect(throws: FormatError.self) {
      try read(StoredContainer.zip([Member("in.zip", deep)]))
    }
    #expect(
      error?.what.hasPrefix("in its member in.zip: in.zip: in.zip: in.zip, more than 4") == true)
  }

  @Test func aMemberThatCannotBeReadCostsOnlyItself() throws {
    let broken = Array(StoredLayer.gzip(otlp).prefix(200))
    let members = [Member("bad.json.gz", broken), Member("good.json", jaeger)]
    for bytes in containers(members) {
      let (names, report) = try read(bytes)
      #expect(names.contains("GET /cart"))
      #expect(report.problems.map(\.member) == ["bad.json.gz"])
      #expect(throws: FormatError.self) { try read(bytes, strict: true) }
    }
  }

  @Test func encryptedMembersAreSaidToBeThat() throws {
    let both = StoredContainer.zip([
      Member("secret.json", jaeger, isEncrypted: true), Member("a.json", jaeger),
    ])
    let (names, report) = try read(both)
    #expect(names == ["GET /cart"])
    #expect(report.problems.map(\.member) == ["secret.json"])
    #expect(report.problems.first?.what.contains("encrypted") == true)
    let error = #expect(throws: FormatError.self) {
      try read(StoredContainer.zip([Member("secret.json", jaeger, isEncrypted: true)]))
    }
    #expect(error?.what.contains("in its member secret.json, it is encrypted") == true)
  }

  @Test func aContainerWithoutTracesIsRefused() throws {
    let prose = Member("README.md", Array("no traces here\n".utf8))
    for bytes in containers([prose]) {
      let error = #expect(throws: FormatError.self) { try read(bytes) }
      #expect(error?.code == .notRecognized)
      #expect(error?.what.hasPrefix("in its member README.md, the content starts with") == true)
    }
    let folder = #expect(throws: FormatError.self) {
      try read(StoredContainer.tar([Member("a/", [], type: "5")]))
    }
    #expect(folder?.what == "the container holds no files of traces: of a/, it is a folder")
    let empty = #expect(throws: FormatError.self) { try read(StoredContainer.zip([])) }
    #expect(empty?.what == "the zip holds no files")
  }

  @Test func everyTruncationIsNamed() throws {
    let members = [
      Member("a.json", jaeger), Member("notes.txt", [65, 66]), Member("b.json", otlp),
    ]
    for whole in containers(members) {
      for length in stride(from: 20, to: whole.count, by: 3) {
        do {
          let (_, report) = try read(Array(whole.prefix(length)))
          // Of the zeros at the end of a tar not all have to be there.
          let isTar = whole.starts(with: Array("a.json".utf8))
          if !(isTar && length >= whole.count - 1_024 + 512) {
            #expect(report.problemCount >= 1, "cut after \(length) of \(whole.count)")
          }
        } catch let error as FormatError {
          #expect(!error.what.isEmpty)
        }
      }
    }
  }

  @Test func damagedContainersComeToAnEnd() throws {
    let members = [Member("a.json", jaeger), Member("b.json", otlp)]
    for (index, whole) in containers(members).enumerated() {
      var random = SeededGenerator(seed: UInt64(index))
      for _ in 0..<60 {
        var damaged = whole
        for _ in 0..<3 {
          damaged[Int.random(in: 4..<whole.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        _ = try? read(damaged)
      }
    }
  }

  @Test func partsSayWhatTheyAre() throws {
    var parts = InputParts(
      MemoryByteStream(StoredLayer.gzip(StoredContainer.tar([Member("é.json", jaeger)]))))
    let part = try parts.next()
    #expect(part?.member == "é.json")
    #expect(parts.containerName == "tar inside gzip")
    if case .input(let input)? = part?.content {
      #expect(input.format == .jaegerJSON)
    } else {
      Issue.record("no input")
    }
    #expect(try parts.next()?.member == nil)
  }
}
