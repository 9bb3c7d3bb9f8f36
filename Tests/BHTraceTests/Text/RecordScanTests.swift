import Testing

@testable import BHTrace

/// JSON records between other text.
struct RecordScanTests {
  private let document = OTLPJSON.document([1])

  private func read(
    _ text: String, seed: UInt64? = nil
  ) throws -> (spans: Int, report: InputReport, format: InputFormat) {
    let input = try TraceInput(stream: Trickle(bytes: Array(text.utf8), step: 40, seed: seed))
    var spans = 0
    while let batch = try input.next() { spans += batch.spans.count }
    return (spans, input.report, input.format)
  }

  private func isUnknown(_ text: String) -> Bool {
    do { _ = try read(text) } catch let error as FormatError {
      return error.code == .notRecognized
    } catch { return false }
    return false
  }

  @Test func prefixesOfLogLinesAreLeftOut() throws {
    for prefix in [
      "2024-11-30T17:00:00.123456789Z stdout F ", "Nov 30 17:00:00 host app[12]: ",
      "[2024-11-30 17:00:00] [info] spans: ", "otel-1 | 17:00:00 INFO ",
      "I1130 17:00:00.1 main.go:7] ",
    ] {
      let text = (1...5).map { prefix + OTLPJSON.document([$0]) + "\n" }.joined()
      for seed: UInt64 in 1...3 {
        let (spans, report, format) = try read(text, seed: seed)
        #expect(format == .otlpJSON)
        #expect(spans == 5, "\(prefix)")
        #expect(report.problems == [])
        #expect(report.repairs.map(\.count) == [5])
        #expect(report.repairs.first?.what.contains(prefix.prefix(8)) == true)
      }
    }
  }

  @Test func linesOfALogBetweenRecordsAreLeftOut() throws {
    let text =
      "2024-11-30 17:00:00 INFO starting with config {debug} and [a, b]\n\n\(document)\n"
      + "# a comment\n\(document)\nplain words\r\n[\(document),\n\(document)] done\n"
    let (spans, report, _) = try read(text, seed: 4)
    #expect(spans == 4)
    #expect(report.problems == [])
    #expect(report.repairs.map(\.count) == [4])
    // Where the records come first.
    let (after, other, _) = try read("\(document)\nshutting down\n\(document)\n")
    #expect(after == 2)
    #expect(other.problems == [])
    #expect(
      other.repairs.map(\.what) == [
        "other text around the records left out, such as 'shutting down'"
      ])
  }

  @Test func recordsKeepTheirOffsetsAndLines() throws {
    let prefix = "17:00:00 x "
    let broken = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":oops}]}]}]}"
    let text = "\(prefix)\(document)\n\(prefix)\(broken)\n\(prefix)\(document)\n"
    let (spans, report, _) = try read(text)
    #expect(spans == 2)
    let place = try #require(text.utf8.firstRange(of: "oops".utf8))
    #expect(
      report.problems.map(\.offset) == [
        text.utf8.distance(from: text.startIndex, to: place.lowerBound)
      ])
    #expect(report.problems.first?.what.contains("line 2") == true)
  }

  @Test func aRecordThatIsCutOffCostsItsLine() throws {
    let lines = [document, String(document.dropLast(9)), document, document]
    let text = lines.map { "17:00:00 app \($0)\n" }.joined()
    let (spans, report, _) = try read(text)
    #expect(spans >= 3)
    #expect(report.problemCount >= 1)
    let jaeger =
      "{\"traceID\":\"1\",\"spanID\":\"2\",\"operationName\":\"a\",\"startTime\":1,\"duration\":1}"
    let others = [jaeger, String(jaeger.dropLast(9)), jaeger].map { "17:00:00 app \($0)\n" }
      .joined()
    let second = try read(others)
    #expect(second.format == .jaegerJSON)
    #expect(second.spans >= 2)
    #expect(second.report.problemCount == 1)
  }

  @Test func proseIsNoLog() throws {
    for text in [
      "Prose with a {brace} in it, and [brackets] too.\n",
      "# Format\n\nA request is `{\"resourceSpans\": []}` and so on, for as long as there are any.\n",
      "# Example\n\nSend this to the collector, and see:\n\n```\n\(document)\n```\n",
      "# Example\n\n" + String(repeating: "Many words about tracing. ", count: 40)
        + "\n\n\(document)\n",
      "Send {\"resourceSpans\": [...]} to the collector.\n", "let text = '\(document)'\n",
      "17:00:00 {\"level\":\"info\"}\n",
      "\u{1}\u{2}\u{3} 17:00:00 \(document)\n",
    ] {
      #expect(isUnknown(text), "\(text.prefix(60))")
    }
  }

  @Test func textIsTakenFromTheStartOfAnInputOnly() throws {
    // No record within what is looked at.
    let noise = String(repeating: "17:00:00 nothing to see\n", count: 3_000)
    #expect(noise.utf8.count > Sniffer.headSize)
    #expect(isUnknown(noise + document))
  }

  @Test func anyPiecesGiveTheSameText() {
    let text = Array(
      "12:00:00 a {\"k\":1} b\n{not} {\"s\":\"}{\"}\n  x {\"m\":\n2}\n[{\"q\":3}] tail".utf8)
    var whole = text
    var scan = RecordScan()
    #expect(scan.blank(&whole, isLast: true) == text.count)
    #expect(whole.count == text.count)
    for (before, after) in zip(text, whole) where before != after {
      #expect(after == 0x20 || after == 0x0A)
    }
    #expect(scan.wholeRecords == 4)
    #expect(scan.longRecords == 1)
    // The window is as large as one look ahead here, so that cuts fall everywhere.
    let padded = text + [UInt8](repeating: 0x20, count: RecordScan.lookAhead) + text
    let stream = RecordTextStream(
      BufferedStream(Trickle(bytes: padded, step: 17, seed: 2)), RecordScan())
    var out: [UInt8] = []
    while let more = try? stream.next(upTo: 600), !more.isEmpty { out += more }
    #expect(out.count == padded.count)
    #expect(Array(out.prefix(text.count)).filter { $0 > 0x20 } == whole.filter { $0 > 0x20 })
    #expect(stream.repairs.map(\.count) == [7])
  }
}
