/// Rows of the collector's ClickHouse exporter in `CSVWithNames` and `TabSeparatedWithNames`; also
/// in `CSV` and `TabSeparated` without names, where the columns are those of the exporter's table.
enum ClickHouseTable {
  static let format = Sniffer.Format(
    name: "a ClickHouse table",
    recognise: { form(of: $0) == nil ? nil : .documents },
    open: { stream, _ in
      let bytes = (try? stream.peek(Sniffer.headSize)).map(Array.init) ?? []
      let head = Sniffer.Head(bytes: bytes, isWhole: bytes.count < Sniffer.headSize)
      let form = form(of: head) ?? Form(dialect: .commas, columns: nil)
      return DocumentInput(
        TableDocuments(
          stream, form.dialect, columns: form.columns, isLiteral: ClickHouseRows.isLiteral),
        ClickHouseRows())
    })

  private struct Form {
    var dialect: TableDialect
    /// Nil where the first row names them.
    var columns: [String]?
  }

  /// How the table that starts with `head` is written; nil where it is none of the exporter's.
  private static func form(of head: Sniffer.Head) -> Form? {
    for dialect in [TableDialect.commas, .tabs] {
      guard let first = TableText.first(of: head, dialect), first.count > 4 else { continue }
      if ClickHouseRows.isRow(AttributeList(first.map { ($0, AttributeValue.null) })) {
        return Form(dialect: dialect, columns: nil)
      }
      if let columns = columns(of: first) { return Form(dialect: dialect, columns: columns) }
    }
    return nil
  }

  /// The columns of a table whose row without names is `row`: the exporter's of today, or those of
  /// before it had scopes; nil for other rows.
  private static func columns(of row: [String]) -> [String]? {
    guard row.count == columns.count || row.count == columns.count - 2,
      CalendarTime.nanoseconds(Array(row[0].utf8), .printed) != nil,
      row[1].utf8.count == 32, row[2].utf8.count == 16, row[8].hasPrefix("{")
    else { return nil }
    return row.count == columns.count ? columns : columns.filter { !$0.hasPrefix("Scope") }
  }

  private static let columns = [
    "Timestamp", "TraceId", "SpanId", "ParentSpanId", "TraceState", "SpanName", "SpanKind",
    "ServiceName", "ResourceAttributes", "ScopeName", "ScopeVersion", "SpanAttributes", "Duration",
    "StatusCode", "StatusMessage", "Events.Timestamp", "Events.Name", "Events.Attributes",
    "Links.TraceId", "Links.SpanId", "Links.TraceState", "Links.Attributes",
  ]
}
