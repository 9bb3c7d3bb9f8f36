import Foundation
import Testing

@testable import BHTrace

/// Real Jaeger files.
struct JaegerCorpusTests {
  static let files: [(name: String, traces: Int, spans: Int)] = [
    ("jaeger-fixtures/ui_01.json", 1, 5), ("jaeger-fixtures/otlp2jaeger-out.json", 1, 2),
    ("jaeger-fixtures/ui/flamegraph-testTrace.json", 1, 4),
    ("jaeger-fixtures/ui/spanLongerAsParent.json", 1, 8),
    ("jaeger-fixtures/ui/spansAmongEachOtherGrouped.json", 1, 15),
    ("jaeger-fixtures/ui/testTraceNormal.json", 1, 5),
    ("jaeger-fixtures/ui/traceWithOverlappingChildren.json", 1, 3),
    (
      "jaeger-fixtures/ui/traceWithSingleChildLongerThanParentAndStartsAfterParent.json", 1, 2
    ),
    ("jaeger-fixtures/ui/traceWithThreeShortOverlappingChildren.json", 1, 4),
    ("jaeger-fixtures/ui/traceWithTwoNonOverlappingChildren.json", 1, 3),
    ("opensearch/jaeger-span-2023-01-24.json", 14, 379),
    ("crisp/1.json", 1, 1), ("crisp/2.json", 1, 2), ("crisp/3.json", 1, 2), ("crisp/4.json", 1, 3),
    ("crisp/5.json", 1, 4), ("crisp/6.json", 1, 4), ("crisp/7.json", 1, 3), ("crisp/8.json", 1, 3),
    ("crisp/9.json", 1, 4), ("crisp/10.json", 1, 4), ("crisp/11.json", 1, 2),
    ("crisp/12.json", 1, 4),
  ]

  @Test(.corpus("jaeger-fixtures", "opensearch", "crisp"), arguments: files)
  func fileComesBack(name: String, traces: Int, spans: Int) throws {
    let path = try Corpus.path(name)
    let input = try TraceInput(path: path)
    // A bulk file, which Elasticsearch's reader takes apart.
    #expect(input.format == (name.hasPrefix("opensearch") ? .documents : .jaegerJSON))
    let read = try ReadSpans(path: path)
    #expect(read.count == spans)
    #expect(read.traceCount == traces)
    #expect(read.report.problemCount == 0)
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    let again = try ReadSpans(bytes)
    #expect(differences(read, again) == "")
    #expect(again.report.problemCount == 0 && again.report.repairs.isEmpty)
  }

  /// Every span of a file says the same in Jaeger's own words after it went through an archive.
  @Test(
    .corpus("jaeger-fixtures", "crisp"),
    arguments: files.filter { !$0.name.hasPrefix("opensearch") })
  func wordsComeBack(name: String, traces: Int, spans: Int) throws {
    let path = try Corpus.path(name)
    let (bytes, _) = try ReadSpans(path: path).written(JaegerWriter())
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try JaegerWords.of(Array(original)) == JaegerWords.of(bytes))
  }

  @Test(.corpus("traceweaver"), arguments: [("hotel_load50", 11), ("node_load100", 6)])
  func manyFilesComeBack(name: String, spansInEach spans: Int) throws {
    let path = try Corpus.path("traceweaver/\(name).tar.gz")
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bhtrace-\(name)-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "xzf", path, "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }.sorted()
    #expect(files.count == 1_000)
    var read = try ReadSpans("[]")
    for file in files.prefix(250) {
      let one = try ReadSpans(path: folder.appendingPathComponent(file).path)
      #expect(one.report.problemCount == 0 && one.report.repairs.isEmpty)
      read.batches += one.batches
    }
    #expect(read.count == 250 * spans)
    #expect(read.traceCount == 250)
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    let again = try ReadSpans(bytes)
    #expect(again.report.problemCount == 0)
    #expect(SpanMultiset.difference(read.multiset, again.multiset).isEmpty)
  }

  /// What Jaeger itself made of an OTLP file.
  @Test(.corpus("jaeger-fixtures")) func jaegersOwnTranslationIsMadeWordForWord() throws {
    let input = try Corpus.path("jaeger-fixtures/otlp2jaeger-in.json")
    let output = try Corpus.path("jaeger-fixtures/otlp2jaeger-out.json")
    let (bytes, losses) = try ReadSpans(path: input).written(JaegerWriter())
    #expect(losses == [WriterLoss(what: LossKind.schemaURLs.words, count: 2)])
    let wanted = Array(try Data(contentsOf: URL(fileURLWithPath: output)))
    #expect(try (foundation(bytes) as? NSDictionary) == (foundation(wanted) as? NSDictionary))
  }

  @Test(.corpus("jaeger-fixtures")) func jaegersOwnTranslationIsReadAsItsSource() throws {
    let input = try Corpus.path("jaeger-fixtures/otlp2jaeger-in.json")
    let output = try Corpus.path("jaeger-fixtures/otlp2jaeger-out.json")
    var source = try ReadSpans(path: input)
    // Jaeger has no place for these.
    for index in source.batches[0].spans.indices {
      source.batches[0].spans[index].hasStatus = false
    }
    for index in source.batches[0].resources.indices {
      source.batches[0].resources[index].schemaURL = .empty
    }
    #expect(differences(source, try ReadSpans(path: output)) == "")
  }
}

/// What Jaeger JSON says of each span, without what may differ: the order of spans, tags and
/// references, zeros before ids, names of processes.
enum JaegerWords {
  static func of(_ bytes: [UInt8]) throws -> [String] {
    let all = try foundation(bytes) as? [String: Any] ?? [:]
    let traces = all["data"] as? [[String: Any]] ?? [all["data"] as? [String: Any] ?? all]
    return traces.flatMap { trace in
      let processes = trace["processes"] as? [String: [String: Any]] ?? [:]
      let warnings = "trace warnings \(trace["warnings"] as? [String] ?? [])"
      return [warnings] + (trace["spans"] as? [[String: Any]] ?? []).map { span($0, processes) }
    }.sorted()
  }

  private static func span(
    _ span: [String: Any], _ processes: [String: [String: Any]]
  ) -> String {
    let own = span["process"] as? [String: Any]
    let process = own ?? processes[span["processID"] as? String ?? ""] ?? [:]
    let references = (span["references"] as? [[String: Any]] ?? []).map {
      "\($0["refType"] ?? "") \(id($0["traceID"])) \(id($0["spanID"]))"
    }
    let logs = (span["logs"] as? [[String: Any]] ?? []).map {
      "\($0["timestamp"] ?? "") \(tags($0["fields"]))"
    }
    return "\(id(span["traceID"])) \(id(span["spanID"])) \(span["operationName"] ?? "") "
      + "\(span["startTime"] ?? "") \(span["duration"] ?? "") \(span["flags"] ?? 0) "
      + "\(references.sorted()) \(tags(span["tags"])) \(logs) \(process["serviceName"] ?? "") "
      + "\(tags(process["tags"])) \(span["warnings"] as? [String] ?? [])"
  }

  private static func id(_ value: Any?) -> String {
    let text = (value as? String ?? "").lowercased()
    return String(text.drop { $0 == "0" })
  }

  private static func tags(_ value: Any?) -> [String] {
    (value as? [[String: Any]] ?? []).map {
      "\($0["key"] ?? "") \($0["type"] ?? "") \($0["value"] ?? "")"
    }.sorted()
  }
}
