import BHTSearch
import BHTrace

/// Found traces as Grafana Tempo's search API answers with them.
enum TempoAnswer {
  /// Begins the answer.
  static func begin(_ json: inout CompactJSON) {
    json.beginObject()
    json.key("traces")
    json.beginArray()
  }

  /// Adds a trace.
  static func add(_ trace: FoundTrace, _ json: inout CompactJSON) {
    json.beginObject()
    json.key("traceID")
    json.string(SpanObjectWriter.idText(trace.traceID, trace.dialect))
    json.key("rootServiceName")
    json.string(trace.rootService)
    json.key("rootTraceName")
    json.string(trace.rootName)
    json.key("startTimeUnixNano")
    json.string(String(trace.start))
    json.key("durationMs")
    json.integer(Int(trace.duration / 1_000_000))
    // What reads the older form takes the first set.
    if let first = trace.spansets.first {
      json.key("spanSet")
      add(first, trace, &json)
    }
    json.key("spanSets")
    json.beginArray()
    for set in trace.spansets { add(set, trace, &json) }
    json.endArray()
    json.endObject()
  }

  /// Ends it with what was gone through.
  static func end(_ report: SearchReport, _ stats: ReadStats, _ json: inout CompactJSON) {
    json.endArray()
    json.key("metrics")
    json.beginObject()
    json.key("inspectedTraces")
    json.integer(report.traces)
    json.key("inspectedBytes")
    json.string(String(stats.bytesRead))
    json.key("inspectedSpans")
    json.string(String(report.scan.spans.looked))
    json.endObject()
    json.endObject()
    json.endLine()
  }

  private static func add(_ set: FoundSpanset, _ trace: FoundTrace, _ json: inout CompactJSON) {
    json.beginObject()
    json.key("spans")
    json.beginArray()
    for span in set.spans {
      json.beginObject()
      json.key("spanID")
      json.string(SpanObjectWriter.idText(span.id, trace.dialect))
      json.key("name")
      json.string(span.name)
      json.key("startTimeUnixNano")
      json.string(String(span.start))
      json.key("durationNanos")
      json.string(String(span.duration))
      json.key("attributes")
      json.beginArray()
      attribute("service.name", .text(span.service), &json)
      for (name, value) in span.columns where !value.isMissing {
        attribute(bareName(name), value, &json)
      }
      json.endArray()
      json.endObject()
    }
    json.endArray()
    json.key("matched")
    json.integer(set.positions.count)
    if !set.groups.isEmpty {
      json.key("attributes")
      json.beginArray()
      for group in set.groups { attribute("by(\(group.name))", group.value, &json) }
      json.endArray()
    }
    json.endObject()
  }

  private static func bareName(_ name: FieldName) -> String {
    switch name {
    case .intrinsic: name.description
    case .attribute(let attribute): String(decoding: attribute.key, as: UTF8.self)
    }
  }

  private static func attribute(_ key: String, _ value: SearchValue, _ json: inout CompactJSON) {
    json.beginObject()
    json.key("key")
    json.string(key)
    json.key("value")
    json.beginObject()
    switch value {
    case .int(let int):
      json.key("intValue")
      json.string(String(int))
    case .float(let float):
      json.key("doubleValue")
      json.double(float)
    case .bool(let isTrue):
      json.key("boolValue")
      json.bool(isTrue)
    default:
      json.key("stringValue")
      json.string(SearchValueText.text(value))
    }
    json.endObject()
    json.endObject()
  }
}
