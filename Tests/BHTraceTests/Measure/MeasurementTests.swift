import Foundation
import Testing

@testable import BHTMeasure
@testable import BHTrace

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct MeasurementTests {
  private static func measured() throws -> Measurements {
    var options = MeasurementOptions()
    options.threads = 1
    options.sampledTraces = 20
    options.sampledSpans = 500
    options.repetitions = 1
    var measurement = Measurements()
    let corpus = PackageFile.folder + "/corpus"
    try measurement.add(
      MeasuredCorpus(name: "checkout", inputs: [corpus + "/checkout-v1.bht"]), options: options)
    options.isSolidMeasured = false
    try measurement.add(
      MeasuredCorpus(name: "shop <&>", inputs: filesUnder(corpus + "/shop")), options: options)
    return measurement
  }

  private static let measurement = Result { try measured() }

  private func corpora() throws -> (checkout: CorpusMeasurement, shop: CorpusMeasurement) {
    let corpora = try Self.measurement.get().corpora
    return (corpora[0], corpora[1])
  }

  @Test func countsAreThoseOfTheCorpora() throws {
    let (checkout, shop) = try corpora()
    #expect(checkout.traces == 1)
    #expect(checkout.spans == 269)
    #expect(checkout.isV1)
    #expect(shop.traces == 439)
    #expect(shop.spans == 4978)
    #expect(shop.files == 3)
    #expect(shop.problems == 0)
    #expect(!shop.isV1)
  }

  @Test func sizesAreThoseOfTheFiles() throws {
    let (checkout, shop) = try corpora()
    #expect(checkout.bytes(.source) == 391_267)
    #expect(checkout.bytes(.v1) == 391_267)
    #expect(shop.bytes(.source) == 998_585 + 401_959 + 675_338)
    #expect(shop.bytes(.zstd19) == nil)
  }

  @Test func v2IsSmallerThanWhatItReplaces() throws {
    for corpus in try Self.measurement.get().corpora {
      let v2 = try #require(corpus.bytes(.v2))
      for form in [SizeFigure.Form.v1, .otlp, .jsonASpan, .v2SpanBlocks] {
        let other = try #require(corpus.bytes(form))
        #expect(v2 < other, "\(form)")
      }
    }
  }

  @Test func solidCompressorsAreThoseOfTheTools() throws {
    let (checkout, _) = try corpora()
    // What `zstd -19` 1.5.4 and `xz -9e` 5.4.1 make of the file; other versions come close.
    let zstd = try #require(checkout.bytes(.zstd19))
    let xz = try #require(checkout.bytes(.xz9e))
    #expect((zstd - 40_612).magnitude < 800)
    #expect((xz - 41_052).magnitude < 800)
  }

  @Test func theV1ReadingsAreTheSeedPrototypes() throws {
    let readings = try corpora().checkout.readings.filter { $0.formatVersion == 1 }
    func bytes(_ reading: MeasuredReading) -> Int? {
      readings.first { $0.reading == reading }?.stats.bytesRead
    }
    #expect(bytes(.summary) == 41_371)
    #expect(bytes(.criticalPath) == 41_371)
    #expect(bytes(.full) == 391_267)
  }

  @Test func everyReadingIsMeasured() throws {
    let (checkout, shop) = try corpora()
    #expect(checkout.readings.count == 2 * MeasuredReading.allCases.count)
    #expect(shop.readings.count == MeasuredReading.allCases.count)
    for figure in checkout.readings + shop.readings {
      #expect(figure.spans > 0, "\(figure.reading)")
      #expect(figure.stats.bytesRead > 0)
      #expect(figure.stats.requests >= figure.stats.rounds)
      #expect(figure.stats.fileSize >= figure.stats.bytesRead / 2)
    }
    let whole = shop.readings.filter {
      [.summary, .criticalPath, .list, .full].contains($0.reading)
    }
    #expect(whole.allSatisfy { $0.spans == shop.spans })
    #expect(whole.filter { $0.reading != .full }.allSatisfy { $0.stats.blocksRead == 0 })
  }

  @Test func bothVersionsAnswerAlike() throws {
    let readings = try corpora().checkout.readings
    for reading in MeasuredReading.allCases {
      let spans = readings.filter { $0.reading == reading }.map(\.spans)
      #expect(Set(spans).count == 1, "\(reading)")
    }
  }

  @Test func blockSizesIncludeTheArchiveItself() throws {
    for corpus in try Self.measurement.get().corpora {
      // A span, five sizes, and the default where it is none of them.
      let curve = [1, 4, 16, 64, 256].map { FormatOptions.BlockSize.bytes($0 << 10) }
      #expect(corpus.blockSizes.count == (curve.contains(FormatOptions().block) ? 6 : 7))
      #expect(curve.allSatisfy { size in corpus.blockSizes.contains { $0.block == size } })
      let standard = corpus.blockSizes.first { $0.block == FormatOptions().block }
      #expect(standard?.bytes == corpus.bytes(.v2))
      #expect(corpus.blockSizes.first?.bytes == corpus.bytes(.v2SpanBlocks))
      #expect(corpus.blockSizes.allSatisfy { $0.drillInBytes <= $0.maxDrillInBytes })
    }
    let reads = try #require(try corpora().shop.traceReads)
    #expect(reads.traces == 20)
    #expect(reads.medianBytes <= reads.maxBytes)
  }

  @Test func temporaryFilesAreGone() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("measure-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = MeasurementOptions()
    options.folder = folder.path
    options.isSolidMeasured = false
    options.repetitions = 1
    var measurement = Measurements()
    let input = PackageFile.folder + "/corpus/checkout-v1.bht"
    try measurement.add(MeasuredCorpus(name: "checkout", inputs: [input]), options: options)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func aCorpusWithoutSpansIsRefused() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("empty-" + UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var measurement = Measurements()
    #expect(throws: FormatError.self) {
      try measurement.add(MeasuredCorpus(name: "empty", inputs: [file.path]))
    }
  }

  @Test func thePageHasTheFigures() throws {
    let page = try Self.measurement.get().page(plot: "RESULTS.svg")
    #expect(page.contains("](RESULTS.svg)"))
    #expect(page.contains("269 spans in 1 trace, from 1 file."))
    #expect(page.contains("4,978 spans in 439 traces, from 3 files."))
    #expect(page.contains("391,267"))
    #expect(!page.contains(PackageFile.folder))
    for line in page.split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.hasSuffix("|"))
    }
  }

  @Test func theJSONHasTheFigures() throws {
    let measurement = try Self.measurement.get()
    var json = CompactJSON()
    measurement.write(to: &json)
    let object = try JSONSerialization.jsonObject(with: Data(json.bytes))
    let corpora = try #require((object as? [String: Any])?["corpora"] as? [[String: Any]])
    #expect(corpora.map { $0["spans"] as? Int } == [269, 4978])
    #expect((corpora[1]["readings"] as? [Any])?.count == MeasuredReading.allCases.count)
  }

  @Test func thePlotIsWellFormedAndNothingOverlaps() throws {
    let plot = try Self.measurement.get().plot
    #expect(plot.contains("fill=\"#ffffff\""))
    let boxes = TextBoxes()
    let parser = XMLParser(data: Data(plot.utf8))
    parser.delegate = boxes
    #expect(parser.parse())
    #expect(boxes.texts.contains { $0.hasPrefix("shop <&>, 4,978 spans: ") })
    #expect(boxes.texts.count { $0 == "lower left is better" } == 2)
    #expect(boxes.found.count > 40)
    for (index, box) in boxes.found.enumerated() {
      for other in (index + 1)..<boxes.found.count {
        let overlaps = box.overlaps(boxes.found[other])
        #expect(!overlaps, "\(boxes.texts[index]) and \(boxes.texts[other])")
      }
    }
  }
}

/// Collects about where the texts of a drawing lie; turned ones are left out.
private final class TextBoxes: NSObject, XMLParserDelegate {
  var found: [Box] = []
  var texts: [String] = []
  private var attributes: [String: String]?
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    self.attributes = name == "text" && attributes["transform"] == nil ? attributes : nil
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    guard let attributes, let x = attributes["x"].flatMap(Double.init),
      let y = attributes["y"].flatMap(Double.init),
      let size = attributes["font-size"].flatMap(Double.init)
    else { return }
    self.attributes = nil
    let width = Double(text.count) * size * 0.5
    let left =
      switch attributes["text-anchor"] {
      case "middle": x - width / 2
      case "end": x - width
      default: x
      }
    found.append(Box(left: left, top: y - size * 0.8, right: left + width, bottom: y + 1))
    texts.append(text)
  }
}
