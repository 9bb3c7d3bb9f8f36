import BHTView
import BHTrace

/// What a search passed over and read, level by level.
enum ScanExplanation {
  static func page(_ report: ScanReport, _ style: Style) -> String {
    var table = Table([.text("LEVEL"), .figures("BEFORE"), .figures("AFTER"), .figures("READ")])
    table.add([
      "directory: segments", Printable.grouped(report.segments.all),
      Printable.grouped(report.segments.asked), "",
    ])
    table.add([
      "names and bounds: chunks", Printable.grouped(report.chunks.all),
      Printable.grouped(report.chunks.inBounds), "",
    ])
    table.add([
      "tables and postings: chunks", Printable.grouped(report.chunks.inBounds),
      Printable.grouped(report.chunks.asked), Printable.bytes(report.bytes.plan),
    ])
    table.add([
      "structure: spans", Printable.grouped(report.spans.all),
      Printable.grouped(report.spans.looked), Printable.bytes(report.bytes.structure),
    ])
    table.add([
      "payload: spans", Printable.grouped(report.spans.looked),
      Printable.grouped(report.spans.decoded), Printable.bytes(report.bytes.payload),
    ])
    table.add(["ids of what was found", "", "", Printable.bytes(report.bytes.ids)])
    return "\n" + table.page(style)
  }
}

extension CompactJSON {
  /// Writes what a search went through.
  mutating func explanation(_ report: ScanReport) {
    func pair(_ name: String, _ before: Int, _ after: Int, _ bytes: Int?, _ json: inout CompactJSON)
    {
      json.key(name)
      json.beginObject()
      json.key("before")
      json.integer(before)
      json.key("after")
      json.integer(after)
      if let bytes {
        json.key("bytes_read")
        json.integer(bytes)
      }
      json.endObject()
    }
    beginObject()
    pair("segments", report.segments.all, report.segments.asked, nil, &self)
    pair("chunks_in_bounds", report.chunks.all, report.chunks.inBounds, nil, &self)
    pair("chunks", report.chunks.inBounds, report.chunks.asked, report.bytes.plan, &self)
    pair("structure_spans", report.spans.all, report.spans.looked, report.bytes.structure, &self)
    pair("payload_spans", report.spans.looked, report.spans.decoded, report.bytes.payload, &self)
    key("ids_bytes_read")
    integer(report.bytes.ids)
    endObject()
  }
}
