import Foundation
import Testing

@testable import BHTrace

struct TextRecognitionTests {
  private static let names: [(file: String, format: String)] = [
    ("Tests/Cases/14-python-console-spans/input-lines.jsonl", "OpenTelemetry's Python console"),
    ("Tests/Cases/14-python-console-spans/input-pretty.json", "OpenTelemetry's Python console"),
    ("Tests/Cases/15-collector-debug-text/input.txt", "the collector's debug text"),
    ("corpus/formats/python-console.json", "OpenTelemetry's Python console"),
    ("corpus/formats/javascript-console.txt", "OpenTelemetry's JavaScript console"),
    ("corpus/formats/go-console.jsonl", "OpenTelemetry's Go console"),
    ("corpus/formats/dotnet-console.txt", "OpenTelemetry's .NET console"),
    ("corpus/formats/java-console.txt", "OpenTelemetry's Java console"),
    ("corpus/formats/collector-debug.txt", "the collector's debug text"),
    ("corpus/formats/clickhouse-rows.jsonl", "ClickHouse rows"),
    ("corpus/formats/clickhouse-answer.json", "ClickHouse rows"),
    ("corpus/formats/clickhouse-compact.json", "ClickHouse rows"),
    ("corpus/formats/clickhouse-names.csv", "a ClickHouse table"),
    ("corpus/formats/clickhouse.csv", "a ClickHouse table"),
    ("corpus/formats/clickhouse-names.tsv", "a ClickHouse table"),
    ("corpus/formats/grafana-trace-frame.json", "Grafana data frames"),
    ("corpus/formats/grafana-other-frame.json", "Grafana data frames"),
    ("corpus/formats/tempo-search.json", "a search answer of Tempo"),
  ]

  @Test(arguments: names)
  func samplesAreWhatTheyAre(file: String, format: String) throws {
    #expect(try recognisedFormat(TraceInput.open(PackageFile.folder + "/" + file)) == format)
  }

  @Test func noOtherSampleIsTakenForOne() throws {
    let known = Set(Self.names.map(\.file))
    let ours = Set(Self.names.map(\.format))
    for folder in ["Tests/Cases", "corpus"] {
      let root = PackageFile.folder + "/" + folder
      for file in try FileManager.default.subpathsOfDirectory(atPath: root) {
        let path = folder + "/" + file
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: root + "/" + file, isDirectory: &isFolder)
        if isFolder.boolValue || known.contains(path) { continue }
        let format = try recognisedFormat(TraceInput.open(root + "/" + file))
        #expect(format.map { ours.contains($0) } != true, "\(path)")
      }
    }
  }

  @Test(arguments: [
    "A span has an id, a parent and a name. Traces:\n\n- Span #0 is the root,\n- Span #1 its child.\n",
    "2024-03-09T16:00:00Z info starting\n2024-03-09T16:00:01Z info Name : x, Kind : y\n",
    "{\n  name: 'parcel',\n  id: '7',\n  kind: 2\n}\n",
    "const span = {\n  traceId: 'a',\n  id: 'b',\n  timestamp: 1,\n  duration: 2\n};\n",
    "name,id,time\na,1,2\nb,2,3\n",
    "Timestamp,TraceId,SpanId\n1,2,3\n",
    "id\tname\n1\ta\n",
    #"{"schema":{"type":"object"},"data":{"values":[1]}}"#,
    #"{"traces":[]}"#,
    #"{"Name":"a","SpanContext":null}"#,
    "Activity.Kind: a word at the start of a line\n",
    "'a' : b c D [tracer: e]\n",
  ])
  func otherTextIsNoneOfThem(text: String) throws {
    let format = try recognisedFormat(MemoryByteStream(Array(text.utf8)))
    #expect(format.map { Set(Self.names.map(\.format)).contains($0) } != true)
  }

  // Any cut and any wrong byte gives spans or problems; what a cut leaves of the spans before it
  // stays.
  @Test(arguments: names.map(\.file).filter { $0.hasPrefix("corpus") })
  func damagedSamplesAreReadAsFarAsTheyGo(file: String) throws {
    let path = PackageFile.folder + "/" + file
    let (stream, _) = try Sniffer.peel(TraceInput.open(path))
    let entry = try #require(try Sniffer.recognise(stream).entry)
    let open = try #require(entry.open)
    let bytes = try stream.next(upTo: 1 << 20)
    func spans(_ bytes: [UInt8]) throws -> Int {
      let reader = open(BufferedStream(MemoryByteStream(bytes)), .documents)
      var report = InputReport(isStrict: false)
      var count = 0
      while let batch = try reader.next(&report) { count += batch.spans.count }
      return count
    }
    let whole = try spans(bytes)
    for end in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 400) {
      #expect(try spans(Array(bytes[..<end])) <= whole + 1, "cut at \(end)")
    }
    var random = SeededGenerator(seed: UInt64(bytes.count))
    let others = Array("{}[]()'\"`\\:,.#\n\t x0\0\u{FFFD}".utf8)
    for _ in 0..<200 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<changed.count, using: &random)
        changed[at] = others.randomElement(using: &random) ?? 0
      }
      // Counted, so that the reading is not left out; no number is wrong.
      #expect(try spans(changed) >= 0, "\(String(decoding: changed, as: UTF8.self))")
    }
  }
}
