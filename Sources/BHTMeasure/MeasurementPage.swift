import BHTrace

extension Measurements {
  /// The results as a page of Markdown. `plot` is the name of the file with the plot, which the
  /// page shows; nil for none.
  package func page(plot: String? = nil) -> String {
    var page = """
      # Results

      Measured by `bhtpack measure` on a machine with \(cores) cores, with zstd \(Zstd.version), \
      LZ4 \(LZ4.version) and xz \(XZ.version). Bytes are exact and the same everywhere (for the same \
      versions of these libraries); times are one machine's.

      ## How to read this

      - **Size.** OTLP protobuf is what the inputs are without compression. v1 is the seed format, a \
      file for each trace. v2 is what `bhtpack convert` writes. zstd -19 and xz -9e compress \
      everything in one go: small, but whoever wants one trace has to decompress it all. JSON a span \
      is the other extreme: every span as OTLP JSON with its resource (of v1: its payload object) in \
      a zstd -19 frame of its own, without any index.
      - **Readings.** Each was asked of a file by a reader that knew nothing yet, opening included. \
      "Read" are bytes asked of the file, compressed as they lie there. "Decoded" is the size of \
      what was decoded of that; what was read and not needed is not in it. A round is a request, or \
      several at once, that had to wait for an earlier answer: what counts where storage is far away. \
      Times are the best of a few, with the file in the system's cache.
      - **Trace by id.** Traces spread evenly over the archive, each fetched whole and once. Single \
      readings ask for the one of them whose size is nearest to the average, and for a branch in its \
      middle.
      - **Warm reader.** The same traces, one of each chunk, asked of a reader that has opened the \
      archive and read directory, names and tables, but nothing of the trace or its neighbours; and \
      spans, errors and \
      total duration of each service, of a reader that has read the names (`summary --totals`).
      - **Block size.** How finely payload is cut decides between size and bytes read for a part. A \
      block never goes beyond its chunk of about 512 spans: from some size on nothing changes.
      - **Speed.** Best times of a few. Converting goes from the input as it lies there (compressed, \
      perhaps) to a file; reading everything makes spans of an archive; zstd, on one thread, is \
      the time in the compressor alone, and to read its file back and decompress it to bytes, not \
      spans. "Made in" of the first table is one run where it is slow.


      """
    if let plot {
      page += """
        ![Size against bytes read for a part, a panel for each corpus](\(plot))

        Left is little read, below is small: a good archive is in the lower left corner. v1 files and
        JSON a span count here as if someone knew where the trace lies: they have no index of traces.


        """
    }
    for corpus in corpora { page += corpus.section }
    return page
  }
}

extension CorpusMeasurement {
  fileprivate var section: String {
    var text = "## \(name)\n\n"
    text += "\(count(spans, "span")) in \(count(traces, "trace")), from \(count(files, "file"))."
    if problems > 0 { text += " \(count(problems, "thing")) could not be read and are left out." }
    text += "\n\n### Size\n\n" + sizeTable
    if jsonSpans < spans && jsonSpans > 0 {
      text +=
        "\nJSON a span was made of \(FigureText.grouped(jsonSpans)) of the spans and scaled.\n"
    }
    text += "\n### Readings\n\n" + readingTable
    text += "\nThe service is \(FigureText.code(service)); the branch has "
    text += "\(count(branchSpans, "span")).\n"
    if let traceReads { text += "\n### Trace by id\n\n" + table(of: traceReads) }
    if let warm { text += "\n### Warm reader\n\n" + table(of: warm) }
    text += "\n### Block size\n\n" + blockTable
    text += "\n### Speed\n\n" + speedTable + "\n"
    return text
  }

  private func count(_ count: Int, _ thing: String) -> String {
    "\(FigureText.grouped(count)) \(thing)\(count == 1 ? "" : "s")"
  }

  // MARK: Tables

  private var sizeTable: String {
    var table = MarkdownTable(["form", "bytes", "bytes a span", "of v2", "made in"])
    let v2 = Double(bytes(.v2) ?? 0)
    for size in sizes {
      let isV2 = size.form == .v2
      let label = size.form.label
      table.add([
        isV2 ? "**\(label)**" : label, FigureText.grouped(size.bytes),
        FigureText.short(Double(size.bytes) / Double(spans)),
        v2 == 0 ? "" : FigureText.short(Double(size.bytes) / v2) + " x",
        size.seconds.map { FigureText.time($0) } ?? "",
      ])
    }
    return table.text
  }

  private var readingTable: String {
    let versions = Set(readings.map(\.formatVersion)).sorted()
    var table = MarkdownTable([
      "reading", "file", "spans", "read", "decoded", "of the file", "requests", "rounds", "blocks",
      "time",
    ])
    for reading in MeasuredReading.allCases {
      for version in versions {
        let found = readings.first { $0.reading == reading && $0.formatVersion == version }
        guard let found else { continue }
        table.add([
          reading.label, "v\(version)", FigureText.grouped(found.spans),
          FigureText.grouped(found.stats.bytesRead), FigureText.grouped(found.stats.rawBytes),
          FigureText.percent(found.stats.fraction), FigureText.grouped(found.stats.requests),
          FigureText.grouped(found.stats.rounds), FigureText.grouped(found.stats.blocksRead),
          FigureText.time(found.stats.seconds),
        ])
      }
    }
    return table.text
  }

  private func table(of reads: TraceReadFigure) -> String {
    var table = MarkdownTable(["\(count(reads.traces, "trace"))", "median", "most"])
    table.add(["spans", FigureText.grouped(reads.medianSpans), ""])
    table.add([
      "bytes read", FigureText.grouped(reads.medianBytes), FigureText.grouped(reads.maxBytes),
    ])
    table.add(["bytes decoded", FigureText.grouped(reads.medianRawBytes), ""])
    table.add(["requests", "", FigureText.grouped(reads.maxRequests)])
    table.add(["rounds", "", FigureText.grouped(reads.maxRounds)])
    table.add([
      "time", FigureText.time(reads.medianSeconds), FigureText.time(reads.maxSeconds),
    ])
    return table.text
  }

  private func table(of warm: WarmFigure) -> String {
    var table = MarkdownTable(["", "median", "most"])
    let reads = warm.traces
    table.add([
      "trace by id: bytes read", FigureText.grouped(reads.medianBytes),
      FigureText.grouped(reads.maxBytes),
    ])
    table.add(["rounds", "", FigureText.grouped(reads.maxRounds)])
    table.add([
      "time", FigureText.time(reads.medianSeconds), FigureText.time(reads.maxSeconds),
    ])
    table.add(["totals of each service: time", FigureText.time(warm.totalsSeconds), ""])
    return table.text
  }

  private var blockTable: String {
    var table = MarkdownTable([
      "block", "archive", "bytes a span", "read for a \(drillInLabel), median", "most",
    ])
    for figure in blockSizes {
      let isDefault = figure.block == FormatOptions().block
      let label = FigureText.block(figure.block)
      table.add([
        isDefault ? "**\(label)**" : label, FigureText.grouped(figure.bytes),
        FigureText.short(Double(figure.bytes) / Double(spans)),
        FigureText.grouped(figure.drillInBytes), FigureText.grouped(figure.maxDrillInBytes),
      ])
    }
    return table.text
  }

  private var speedTable: String {
    let reference = isV1 ? "v1 file" : "protobuf"
    var table = MarkdownTable(["work", "threads", "time", "MB/s of \(reference)", "spans/s"])
    for speed in speeds {
      let seconds = max(speed.seconds, 1e-9)
      table.add([
        speed.work.label, "\(speed.threads)", FigureText.time(speed.seconds),
        FigureText.short(Double(speed.bytes ?? referenceBytes) / 1e6 / seconds),
        FigureText.decimal(Double(spans) / seconds, 0),
      ])
    }
    return table.text
  }

  /// What is fetched as a part of the corpus.
  var drillInLabel: String { traces == 1 ? "branch" : "trace" }
}

extension SizeFigure.Form {
  /// The name in tables and in the plot.
  var label: String {
    switch self {
    case .source: "source, decompressed"
    case .otlp: "OTLP protobuf"
    case .v1: "v1"
    case .v2: "v2"
    case .v2SpanBlocks: "v2, a block a span"
    case .v2Best: "v2, --best"
    case .zstd19: "zstd -19, everything"
    case .xz9e: "xz -9e, everything"
    case .jsonASpan: "JSON a span, zstd -19"
    }
  }
}

extension MeasuredReading {
  /// The name in tables.
  var label: String {
    switch self {
    case .summary: "summary"
    case .criticalPath: "critical path"
    case .list: "list"
    case .traceSummary: "summary of a trace"
    case .trace: "trace by id"
    case .subtree: "branch"
    case .service: "service"
    case .full: "everything"
    }
  }
}

extension SpeedFigure.Work {
  /// The name in tables.
  var label: String {
    switch self {
    case .convert: "convert to v2"
    case .convertBest: "convert to v2, --best"
    case .full: "read everything of v2"
    case .exportProtobuf: "v2 to OTLP protobuf"
    case .parseProtobuf: "parse OTLP protobuf"
    case .parseJSON: "parse OTLP JSON"
    case .zstd3: "zstd -3"
    case .zstd9: "zstd -9"
    case .unzstd3: "unzstd of -3"
    case .unzstd9: "unzstd of -9"
    }
  }
}
