import BHTView
import BHTrace

extension Command {
  /// `bhtpack inspect`
  static let inspect = Command(
    name: "inspect",
    summary: "Show what a file is made of: an archive's parts and costs, another's format",
    examples: ["inspect shop.bht", "inspect spans.otlp.pb.zst", "inspect shop.bht --json"],
    details: """
      Shows the parts of a v2 archive with their bytes and bytes a span, the sizes of its tables, \
      the services, operations and attribute keys whose payload costs most, and the keys whose values \
      are indexed. STORED is each one's share of the stored blocks, in proportion to its decoded bytes \
      in each chunk; ENTRIES counts pairs of a value and a chunk that has it. Decodes every block. With --json the result is {"bytes", "traces", "spans", "segments", "chunks", "blocks", \
      "heavy_blocks", "tables": {…}, "parts": [{"name", "stored", "decoded"}], "services", \
      "operations", "keys": [{"name", "spans", "decoded", "stored"}], "indexed_keys": [{"name", \
      "kind", "entries"}]}. \
      Of a file of another format it says which one, what lies around it, the messages and \
      spans in it, what was repaired and what could not be read; with --json {"format", "layers", \
      "framed", "bytes", "messages", "spans", "repairs": [{"what", "count"}], "problem_count", \
      "problems": [{"offset", "what"}]}. Of a zip or tar it says that of every member; with --json \
      {"container", "members": [{"name", …}]}, where members that cannot be read have "error" or \
      "passed_over" instead.
      """,
    operands: [
      Operand(name: "FILE", summary: "A .bht file, or one of another format; - is standard input")
    ],
    ownFlags: [],
    run: runInspect)
}

private func runInspect(_ options: Options, _ output: Output) throws -> ExitCode {
  let path = options.operands[0]
  let source: any ByteSource
  if path != "-", let file = try? FileSource(path: path) {
    if file.byteCount > 0, try !isArchive(file) {
      return try inspectInput(FileByteStream(path: path), options, output)
    }
    source = file
  } else {
    switch try openInput(path: path) {
    case .archive(let archive): source = archive
    case .stream(let stream): return try inspectInput(stream, options, output)
    }
  }
  return try Reading.of(source, options.operands[0]) { reading in
    guard let archive = reading.archive as? ArchiveSession else {
      return try inspectV1(reading, options, output)
    }
    let inspection = try archive.inspect()
    if options.json {
      try output.object(stats: { archive.stats }) { $0.inspection(inspection) }
    } else {
      try output.write(page(inspection, output.style))
      try output.figures(archive.stats)
    }
    return .done
  }
}

/// A v1 file has two parts: the index, and a payload object a span.
private func inspectV1(
  _ reading: Reading, _ options: Options, _ output: Output
) throws -> ExitCode {
  let index = reading.archive.stats.bytesRead
  let stats = reading.archive.stats
  var inspection = ArchiveInspection()
  inspection.bytes = stats.fileSize
  inspection.traces = reading.archive.traceCount
  inspection.spans = reading.archive.spanCount
  inspection.parts = [
    .init(name: "index", stored: index, decoded: index),
    .init(name: "payload", stored: stats.fileSize - index, decoded: stats.fileSize - index),
  ]
  if options.json {
    try output.object(stats: { stats }, { $0.inspection(inspection) })
  } else {
    try output.write(page(inspection, output.style))
    try output.figures(stats)
  }
  return .done
}

private func page(_ inspection: ArchiveInspection, _ style: Style) -> String {
  let spans = Double(max(inspection.spans, 1))
  var page =
    "\(Printable.grouped(inspection.bytes)) bytes, \(Printable.count(inspection.traces, "trace")), "
    + "\(Printable.count(inspection.spans, "span")), "
    + "\(Printable.decimal(Double(inspection.bytes) / spans)) bytes a span\n"
  if inspection.segments > 0 {
    page +=
      "\(Printable.count(inspection.segments, "segment")), "
      + "\(Printable.count(inspection.chunks, "chunk")), "
      + "\(Printable.count(inspection.blocks, "block")), "
      + "\(Printable.count(inspection.heavyBlocks, "heavy block")); "
      + inspection.tables.map { "\(Printable.grouped($0.count)) \($0.name)" }
      .joined(separator: ", ") + "\n"
  }
  var parts = Table([
    .text("PART"), .figures("STORED"), .figures("A SPAN"), .figures("SHARE"), .figures("DECODED"),
  ])
  for part in inspection.parts {
    parts.add([
      part.name, Printable.grouped(part.stored), Printable.decimal(Double(part.stored) / spans),
      Printable.percent(Double(part.stored) / Double(max(inspection.bytes, 1))),
      part.decoded == 0 ? "" : Printable.grouped(part.decoded),
    ])
  }
  page += "\n" + parts.page(style)
  for (title, costs) in [
    ("SERVICE", inspection.services), ("OPERATION", inspection.operations),
    ("KEY", inspection.keys),
  ] where !costs.isEmpty {
    page += "\n" + table(title, costs).page(style)
  }
  if !inspection.indexedKeys.isEmpty {
    var keys = Table([.text("INDEXED KEY"), .text("KIND"), .figures("ENTRIES")])
    for key in inspection.indexedKeys {
      keys.add([Printable.text(key.name), key.kind, Printable.grouped(key.entries)])
    }
    page += "\n" + keys.page(style)
  }
  return page
}

private func table(_ title: String, _ costs: [ArchiveInspection.Cost]) -> Table {
  let hasSpans = costs.contains { $0.spans > 0 }
  var table = Table(
    [.text(title), .figures("STORED")] + (hasSpans ? [.figures("SPANS"), .figures("A SPAN")] : [])
      + [.figures("DECODED")])
  for cost in costs.prefix(15) {
    table.add(
      [Printable.text(cost.name), Printable.grouped(Int(cost.stored.rounded()))]
        + (hasSpans
          ? [
            Printable.grouped(cost.spans),
            Printable.decimal(cost.stored / Double(max(cost.spans, 1))),
          ] : [])
        + [Printable.grouped(cost.decoded)])
  }
  return table
}

extension CompactJSON {
  fileprivate mutating func inspection(_ inspection: ArchiveInspection) {
    beginObject()
    for (name, value) in [
      ("bytes", inspection.bytes), ("traces", inspection.traces), ("spans", inspection.spans),
      ("segments", inspection.segments), ("chunks", inspection.chunks),
      ("blocks", inspection.blocks), ("heavy_blocks", inspection.heavyBlocks),
    ] {
      key(name)
      integer(value)
    }
    key("tables")
    beginObject()
    for table in inspection.tables {
      key(table.name)
      integer(table.count)
    }
    endObject()
    key("parts")
    beginArray()
    for part in inspection.parts {
      beginObject()
      key("name")
      string(Array(part.name.utf8))
      key("stored")
      integer(part.stored)
      key("decoded")
      integer(part.decoded)
      endObject()
    }
    endArray()
    for (name, costs) in [
      ("services", inspection.services), ("operations", inspection.operations),
      ("keys", inspection.keys),
    ] {
      key(name)
      beginArray()
      for cost in costs {
        beginObject()
        key("name")
        string(cost.name)
        key("spans")
        integer(cost.spans)
        key("decoded")
        integer(cost.decoded)
        key("stored")
        integer(Int(cost.stored.rounded()))
        endObject()
      }
      endArray()
    }
    key("indexed_keys")
    beginArray()
    for indexed in inspection.indexedKeys {
      beginObject()
      key("name")
      string(indexed.name)
      key("kind")
      string(Array(indexed.kind.utf8))
      key("entries")
      integer(indexed.entries)
      endObject()
    }
    endArray()
    endObject()
  }
}
