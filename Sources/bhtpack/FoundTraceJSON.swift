import BHTSearch
import BHTrace

extension CompactJSON {
  /// Writes a found trace.
  mutating func found(_ trace: FoundTrace) {
    beginObject()
    key("trace_id")
    string(SpanObjectWriter.idText(trace.traceID, trace.dialect))
    key("start_ns")
    integer(trace.start)
    key("duration_ns")
    integer(Int(trace.duration))
    key("spans")
    integer(trace.spans)
    key("errors")
    integer(trace.errors)
    key("root_service")
    string(trace.rootService)
    key("root_operation")
    string(trace.rootName)
    key("spansets")
    beginArray()
    for set in trace.spansets { found(set, trace.dialect) }
    endArray()
    endObject()
  }

  private mutating func found(_ set: FoundSpanset, _ dialect: Dialect) {
    beginObject()
    key("matched")
    integer(set.positions.count)
    if !set.groups.isEmpty {
      key("by")
      beginObject()
      for group in set.groups {
        key(group.name)
        value(group.value)
      }
      endObject()
    }
    key("spans")
    beginArray()
    for span in set.spans {
      beginObject()
      key("span_id")
      string(SpanObjectWriter.idText(span.id, dialect))
      key("service")
      string(span.service)
      key("operation")
      string(span.name)
      key("kind")
      string(SearchValueText.kind(span.kind))
      key("start_ns")
      integer(span.start)
      key("duration_ns")
      integer(Int(span.duration))
      key("is_error")
      bool(span.isError)
      if !span.columns.isEmpty {
        key("attributes")
        beginObject()
        for (name, found) in span.columns {
          key(name.description)
          value(found)
        }
        endObject()
      }
      endObject()
    }
    endArray()
    endObject()
  }

  /// Writes a value as JSON has it; durations are nanoseconds.
  mutating func value(_ value: SearchValue) {
    switch value {
    case .missing: null()
    case .text(let text): string(text)
    case .int(let int), .duration(let int): integer(Int(int))
    case .float(let float): double(float)
    case .bool(let isTrue): bool(isTrue)
    case .status, .kind: string(SearchValueText.text(value))
    case .texts, .ints, .floats, .bools:
      beginArray()
      for element in value.elements ?? [] { self.value(element) }
      endArray()
    }
  }
}
