import Foundation

@testable import BHTrace

/// Reads Jaeger JSON just well enough for the corpora that tests of queries use.
enum JaegerFixtures {
  /// The JSON object in the file at `path` of the corpora.
  static func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: Corpus.path(path)))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The spans of all traces in a Jaeger JSON object, bare or under `data`, in nanoseconds.
  static func spans(_ object: [String: Any]) -> [PlainSpan] {
    let traces = object["data"] as? [[String: Any]] ?? [object["data"] as? [String: Any] ?? object]
    return traces.flatMap { trace in
      let processes = trace["processes"] as? [String: [String: Any]] ?? [:]
      return (trace["spans"] as? [[String: Any]] ?? []).map { span($0, processes) }
    }
  }

  private static func span(
    _ json: [String: Any], _ processes: [String: [String: Any]]
  ) -> PlainSpan {
    let references = json["references"] as? [[String: Any]] ?? []
    let parent =
      references.first { $0["refType"] as? String == "CHILD_OF" } ?? references.first
    let tags = json["tags"] as? [[String: Any]] ?? []
    let kinds: [String: Int32] = [
      "internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5,
    ]
    let kind = tags.first { $0["key"] as? String == "span.kind" }?["value"] as? String
    let start = (json["startTime"] as? NSNumber)?.uint64Value ?? 0
    let duration = (json["duration"] as? NSNumber)?.uint64Value ?? 0
    let process = processes[json["processID"] as? String ?? ""]
    return PlainSpan(
      id: json["spanID"] as? String ?? "", parent: parent?["spanID"] as? String ?? "",
      start: start * 1_000, end: (start + duration) * 1_000, kind: kinds[kind ?? ""] ?? 0,
      service: process?["serviceName"] as? String ?? "",
      name: json["operationName"] as? String ?? "", trace: json["traceID"] as? String ?? "")
  }
}
