package import BHTrace

extension Measurements {
  /// All figures as one JSON object. Times are in seconds.
  package func write(to json: inout CompactJSON) {
    json.beginObject()
    json.key("cores")
    json.integer(cores)
    json.key("libraries")
    json.beginObject()
    json.key("zstd")
    json.string(Zstd.version)
    json.key("lz4")
    json.string(LZ4.version)
    json.key("xz")
    json.string(XZ.version)
    json.endObject()
    json.key("corpora")
    json.beginArray()
    for corpus in corpora { json.corpus(corpus) }
    json.endArray()
    json.endObject()
  }
}

extension CompactJSON {
  fileprivate mutating func corpus(_ corpus: CorpusMeasurement) {
    beginObject()
    key("name")
    string(corpus.name)
    integer("files", corpus.files)
    integer("traces", corpus.traces)
    integer("spans", corpus.spans)
    integer("problems", corpus.problems)
    key("is_v1")
    bool(corpus.isV1)
    integer("reference_bytes", corpus.referenceBytes)
    integer("json_spans", corpus.jsonSpans)
    array("sizes", corpus.sizes) { $0.size($1, spans: corpus.spans) }
    array("readings", corpus.readings) { $0.reading($1) }
    key("service")
    string(corpus.service)
    integer("branch_spans", corpus.branchSpans)
    if let reads = corpus.traceReads {
      key("trace_by_id")
      traceReads(reads)
    }
    if let warm = corpus.warm {
      key("warm_trace_by_id")
      traceReads(warm.traces)
      seconds("warm_totals_seconds", warm.totalsSeconds)
    }
    key("drill_in")
    string(corpus.drillInLabel)
    array("block_sizes", corpus.blockSizes) { json, figure in
      json.beginObject()
      json.key("block")
      if case .bytes(let count) = figure.block { json.integer(count) } else { json.string("span") }
      json.integer("bytes", figure.bytes)
      json.integer("drill_in_bytes_median", figure.drillInBytes)
      json.integer("drill_in_bytes_max", figure.maxDrillInBytes)
      json.endObject()
    }
    array("drill_in_other_forms", corpus.drillIns) { $0.size($1, spans: nil) }
    array("speeds", corpus.speeds) { json, speed in
      json.beginObject()
      json.key("work")
      json.string(speed.work.rawValue)
      json.integer("threads", speed.threads)
      json.seconds("seconds", speed.seconds)
      if let bytes = speed.bytes { json.integer("bytes", bytes) }
      json.endObject()
    }
    endObject()
  }

  private mutating func size(_ size: SizeFigure, spans: Int?) {
    beginObject()
    key("form")
    string(size.form.rawValue)
    integer("bytes", size.bytes)
    if let spans {
      key("bytes_a_span")
      double((Double(size.bytes) / Double(spans) * 100).rounded() / 100)
    }
    if let time = size.seconds { seconds("seconds", time) }
    endObject()
  }

  private mutating func reading(_ figure: ReadingFigure) {
    beginObject()
    key("reading")
    string(figure.reading.rawValue)
    integer("format_version", figure.formatVersion)
    integer("spans", figure.spans)
    integer("bytes_read", figure.stats.bytesRead)
    integer("raw_bytes", figure.stats.rawBytes)
    integer("requests", figure.stats.requests)
    integer("rounds", figure.stats.rounds)
    integer("blocks_read", figure.stats.blocksRead)
    integer("file_size", figure.stats.fileSize)
    key("fraction")
    double(figure.stats.fraction)
    seconds("seconds", figure.stats.seconds)
    endObject()
  }

  private mutating func traceReads(_ reads: TraceReadFigure) {
    beginObject()
    integer("traces", reads.traces)
    integer("spans_median", reads.medianSpans)
    integer("bytes_read_median", reads.medianBytes)
    integer("bytes_read_max", reads.maxBytes)
    integer("raw_bytes_median", reads.medianRawBytes)
    integer("requests_max", reads.maxRequests)
    integer("rounds_max", reads.maxRounds)
    seconds("seconds_median", reads.medianSeconds)
    seconds("seconds_max", reads.maxSeconds)
    endObject()
  }

  private mutating func array<Element>(
    _ name: String, _ elements: [Element],
    _ write: (inout CompactJSON, Element) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }

  private mutating func integer(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  /// Writes a time to the microsecond.
  private mutating func seconds(_ name: String, _ value: Double) {
    key(name)
    double((value * 1e6).rounded() / 1e6)
  }
}
