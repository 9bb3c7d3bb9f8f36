import Foundation
import Testing

@testable import BHTrace

/// Every format is told by what only it has: no input is taken for another's.
struct RecognitionTests {
  /// What inputs are recognised as; folders for all files in them.
  static let formats: [(path: String, format: String)] = [
    ("Tests/Cases/07-zipkin-elasticsearch-hits", "Elasticsearch documents"),
    ("Tests/Cases/08-jaeger-elasticsearch-hits", "Elasticsearch documents"),
    ("Tests/Cases/09-jaeger-es-tags-as-fields", "Jaeger JSON"),
    ("Tests/Cases/10-data-prepper-documents/input.json", "Elasticsearch documents"),
    ("Tests/Cases/10-data-prepper-documents/input-documents.ndjson", "Data Prepper spans"),
    ("Tests/Cases/14-python-console-spans", "OpenTelemetry's Python console"),
    ("Tests/Cases/19-cloud-trace-v1", "Google Cloud Trace"),
    ("Tests/Cases/20-elastic-apm-documents", "Elasticsearch documents"),
    ("Tests/Cases/41-jaeger-service-documents", "Elasticsearch documents"),
    ("corpus/checkout-v1.bht", ".bht v1"),
    ("corpus/formats/cloud-trace-v1.json", "Google Cloud Trace"),
    ("corpus/formats/cloud-trace-v2.json", "Google Cloud Trace"),
    ("corpus/formats/data-prepper.ndjson", "Data Prepper spans"),
    ("corpus/formats/elastic-apm.ndjson", "Elastic APM documents"),
    ("corpus/formats/elasticsearch-bulk.ndjson", "Elasticsearch documents"),
    ("corpus/formats/elasticsearch-msearch.json", "Elasticsearch documents"),
    ("corpus/formats/x-ray-batch-get-traces.json", "AWS X-Ray segments"),
    ("corpus/formats/x-ray-daemon.txt", "AWS X-Ray segments"),
    ("corpus/shop", "OTLP protobuf"),
  ]

  /// The files at `path`, which may be a folder.
  private static func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), "\(path)")
    if !isFolder.boolValue { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      .filter { $0 != "expected.txt" }.map { path + "/" + $0 }
  }

  @Test(arguments: formats)
  func inputsAreRecognised(path: String, format: String) throws {
    for file in try Self.files(PackageFile.folder + "/" + path) {
      #expect(try recognisedFormat(TraceInput.open(file)) == format, "\(file)")
    }
  }

  /// Exactly one line of the table takes an input, so that their order does not matter: but for
  /// documents of an index, which others would take for what lies in them.
  @Test(arguments: formats)
  func noOtherFormatTakesThem(path: String, format: String) throws {
    for file in try Self.files(PackageFile.folder + "/" + path) {
      let content = try Sniffer.peel(TraceInput.open(file)).0
      let bytes = Array(try content.peek(Sniffer.headSize))
      let head = Sniffer.Head(bytes: bytes, isWhole: bytes.count < Sniffer.headSize)
      let names = Sniffer.formats.filter { $0.recognise(head) != nil }.map(\.name)
      let inIndex = format == "Elasticsearch documents"
      let others = names.filter { $0 != format && !(inIndex && Self.inIndex.contains($0)) }
      #expect(others == [], "\(file)")
    }
  }

  private static let inIndex = ["Jaeger JSON", "Zipkin JSON"]

  /// No file of the corpora, which are of the formats of old, is taken for one of documents.
  @Test(
    .corpus("agentprism", "crisp", "jaeger-fixtures", "otlp-odd", "stef-hipstershop", "zipkin"),
    arguments: ["agentprism", "crisp", "jaeger-fixtures", "otlp-odd", "stef-hipstershop", "zipkin"])
  func corporaAreNotDocuments(corpus: String) throws {
    let folder = try Corpus.path(corpus)
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
      guard let input = try? TraceInput.format(ofFileAt: folder + "/" + file) else { continue }
      #expect(input != .documents, "\(file)")
    }
  }

  @Test(.corpus("opensearch")) func bulkFilesOfSpansAreDocumentsOfAnIndex() throws {
    let path = try Corpus.path("opensearch/jaeger-span-2023-01-24.json")
    #expect(try recognisedFormat(TraceInput.open(path)) == "Elasticsearch documents")
  }

  @Test(arguments: [
    #"{"error":{"type":"x"}}"#, #"{"index":{"name":"a"}}"#, #"{"hits":3}"#,
    #"{"fields":{"a":[1]}}"#,
    #"{"message":"m","traceId":"a","spanId":"b"}"#, #"{"processor":"x86","trace":true}"#,
    #"{"traces":[{"id":"a"}]}"#, #"{"spans":[{"name":"a"}]}"#, #"{"Traces":[]}"#,
    #"{"trace_id":"a","id":"b","start_time":1,"name":"run"}"#, #"{"format":"json","version":1}"#,
    #"{"projectId":"p","traceId":"t","observations":[]}"#, #"{"took":1}"#, "[]x", "{",
  ])
  func likenessIsNotEnough(text: String) throws {
    let head = Sniffer.Head(bytes: Array(text.utf8), isWhole: true)
    let names = Sniffer.formats.filter { $0.recognise(head) == .documents }.map(\.name)
    #expect(names == [])
  }
}
