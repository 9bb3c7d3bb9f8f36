import BHTrace

/// Measures one corpus, step by step.
struct CorpusMeasurer {
  private let corpus: MeasuredCorpus
  private let options: MeasurementOptions
  private var result: CorpusMeasurement

  /// The block sizes of the curve; the default is among them.
  private static let blocks: [FormatOptions.BlockSize] = {
    var sizes = Set([1, 4, 16, 64, 256].map { $0 << 10 })
    if case .bytes(let standard) = FormatOptions().block { sizes.insert(standard) }
    return [.span] + sizes.sorted().map { .bytes($0) }
  }()

  /// What takes less (seconds) is worth repeating for a better time.
  private static let quick = 3.0

  /// Nothing measured yet.
  init(_ corpus: MeasuredCorpus, _ options: MeasurementOptions) {
    self.corpus = corpus
    self.options = options
    result = CorpusMeasurement(name: corpus.name)
    result.files = corpus.inputs.count
  }

  /// Measures everything.
  mutating func measure(_ progress: (String) -> Void) throws -> CorpusMeasurement {
    progress("\(corpus.name): reading")
    try measureInputs()
    progress("\(corpus.name): converting")
    let archive = try convert(FormatOptions().block)
    let drillIn = try DrillIn(
      ArchiveSession(FileSource(path: archive.path)), limit: options.sampledTraces)
    result.service = drillIn.subject.service
    result.branchSpans = drillIn.branch.count
    try convertBest()
    progress("\(corpus.name): asking")
    try measureReadings(archive.path, drillIn)
    result.warm = try drillIn.readWarm(archive.path, repetitions: options.repetitions)
    try measureParsing(archive.path)
    progress("\(corpus.name): trying block sizes")
    try measureBlockSizes(archive.path, drillIn)
    progress("\(corpus.name): v1 files and JSON a span")
    try measureStores(archive.path, drillIn)
    try measureFastCompression(progress)
    if options.isSolidMeasured { try measureSolidCompression(progress) }
    let order = SizeFigure.Form.allCases
    result.sizes.sort { a, b in
      (order.firstIndex(of: a.form) ?? 0) < (order.firstIndex(of: b.form) ?? 0)
    }
    return result
  }

  // MARK: Input

  private mutating func measureInputs() throws {
    let formats = try corpus.inputs.map { try TraceInput.format(ofFileAt: $0) }
    result.isV1 = formats.allSatisfy { $0 == .bht1 }
    var source = 0
    for path in corpus.inputs {
      try CorpusReader.forEachPiece(of: path) { source += $0.count }
    }
    var otlp = 0
    for path in corpus.inputs {
      let report = try SpanInput.read(path: path) { batch in
        result.spans += batch.spans.count
        otlp += OTLPProtobufWriter.encode(batch.convertedToOTLP()).count
      }
      result.problems += report.problemCount
    }
    guard result.spans > 0 else {
      throw FormatError(.notRecognized, at: nil, "there are no spans to measure")
    }
    add(.source, source)
    add(.otlp, otlp)
    result.referenceBytes = result.isV1 ? source : otlp
  }

  /// Hands `body` what is compressed in one go: the protobuf, or the v1 files as they are.
  private func forEachReferencePiece(_ body: ([UInt8]) throws -> Void) throws {
    for path in corpus.inputs {
      if result.isV1 {
        try CorpusReader.forEachPiece(of: path, body)
      } else {
        _ = try SpanInput.read(path: path) {
          try body(OTLPProtobufWriter.encode($0.convertedToOTLP()))
        }
      }
    }
  }

  private mutating func add(_ form: SizeFigure.Form, _ bytes: Int, seconds: Double? = nil) {
    result.sizes.append(SizeFigure(form: form, bytes: bytes, seconds: seconds))
  }

  // MARK: Archives

  /// An archive of the corpus. The default block size counts as the corpus's archive, and is timed
  /// on one thread as well.
  private mutating func convert(_ block: FormatOptions.BlockSize) throws -> TemporaryFile {
    var format = FormatOptions()
    let isDefault = block == format.block
    if !isDefault { format.block = block }
    if isDefault && options.threads > 1 {
      let seconds = try writeRepeatedly(format, threads: 1).seconds
      result.speeds.append(SpeedFigure(work: .convert, threads: 1, seconds: seconds))
    }
    let (file, report, seconds) = try writeRepeatedly(format, threads: options.threads)
    if isDefault {
      result.traces = report.traces
      result.speeds.append(
        SpeedFigure(work: .convert, threads: options.threads, seconds: seconds))
      add(.v2, report.bytes, seconds: seconds)
    } else if block == .span {
      add(.v2SpanBlocks, report.bytes, seconds: seconds)
    }
    return file
  }

  /// An archive as small as can be, for its size and time.
  private mutating func convertBest() throws {
    var format = FormatOptions()
    format.makeSmallest()
    let (_, report, seconds) = try writeRepeatedly(format, threads: options.threads)
    result.speeds.append(
      SpeedFigure(work: .convertBest, threads: options.threads, seconds: seconds))
    add(.v2Best, report.bytes, seconds: seconds)
  }

  /// Writes an archive, again where that is quick, and answers with the best time.
  private func writeRepeatedly(
    _ format: FormatOptions, threads: Int
  ) throws -> (TemporaryFile, ArchiveWriter.Report, seconds: Double) {
    let watch = Stopwatch()
    let (file, report) = try write(format, threads: threads)
    var best = watch.seconds
    if best < Self.quick {
      for _ in 0..<options.repetitions(after: best) {
        let watch = Stopwatch()
        _ = try write(format, threads: threads)
        best = min(best, watch.seconds)
      }
    }
    return (file, report, best)
  }

  private func write(
    _ format: FormatOptions, threads: Int
  ) throws -> (TemporaryFile, ArchiveWriter.Report) {
    var writer = ArchiveWriter(
      options: format, threads: threads, scratchFolder: options.folder)
    for path in corpus.inputs {
      _ = try SpanInput.read(path: path, threads: threads) { try writer.add($0) }
    }
    let file = try TemporaryFile(in: options.folder)
    let report = try writer.finish { try file.write($0) }
    try file.finish()
    return (file, report)
  }

  private mutating func measureBlockSizes(_ defaultArchive: String, _ drillIn: DrillIn) throws {
    for block in Self.blocks {
      let isDefault = block == FormatOptions().block
      let made = isDefault ? nil : try convert(block)
      let path = made?.path ?? defaultArchive
      let reads = try drillIn.read(path)
      if isDefault && !drillIn.isBranch { result.traceReads = reads }
      result.blockSizes.append(
        BlockSizeFigure(
          block: block, bytes: try FileSource(path: path).byteCount,
          drillInBytes: reads.medianBytes, maxDrillInBytes: reads.maxBytes))
    }
  }

  // MARK: Readings

  private mutating func measureReadings(_ path: String, _ drillIn: DrillIn) throws {
    for reading in MeasuredReading.allCases {
      try measure(reading, drillIn.subject, version: 2) { try Self.open(path, threads: 1) }
    }
    if let full = result.readings.last {
      result.speeds.append(SpeedFigure(work: .full, threads: 1, seconds: full.stats.seconds))
    }
    if options.threads > 1 {
      let seconds = try best {
        let archive = try Self.open(path, threads: options.threads)
        _ = try MeasuredReading.full.run(on: archive, drillIn.subject)
      }
      result.speeds.append(
        SpeedFigure(work: .full, threads: options.threads, seconds: seconds))
    }
    if result.traces != 1 { return }
    let file = try TemporaryFile(in: options.folder)
    var losses = V1Losses()
    try SpanReadings.full(ArchiveSession(FileSource(path: path))) {
      try file.write(V1Files.encode($0.batch, losses: &losses))
    }
    try file.finish()
    let v1 = try V1Archive(FileSource(path: file.path))
    let subject = try DrillIn(v1, limit: 1).subject
    for reading in MeasuredReading.allCases {
      try measure(reading, subject, version: 1) { try V1Archive(FileSource(path: file.path)) }
    }
  }

  /// Asks a reader that knows nothing yet, several times.
  private mutating func measure(
    _ reading: MeasuredReading, _ subject: MeasuredReading.Subject, version: Int,
    _ open: () throws -> any TraceArchive
  ) throws {
    var best: ReadingFigure?
    for _ in 0..<max(1, options.repetitions) {
      let watch = Stopwatch()
      let archive = try open()
      let spans = try reading.run(on: archive, subject)
      var stats = archive.stats
      stats.seconds = watch.seconds
      if let known = best, known.stats.seconds <= stats.seconds { continue }
      best = ReadingFigure(reading: reading, formatVersion: version, spans: spans, stats: stats)
    }
    if let best { result.readings.append(best) }
  }

  /// The v2 archive at `path`, whose payload is read by `threads` threads where all of it is.
  private static func open(_ path: String, threads: Int) throws -> ArchiveSession {
    let archive = try ArchiveSession(FileSource(path: path))
    archive.threads = threads
    return archive
  }

  /// The best time of `work`, done several times.
  private func best(_ work: () throws -> Void) rethrows -> Double {
    var watch = Stopwatch()
    try work()
    var best = watch.seconds
    for _ in 0..<options.repetitions(after: best) {
      watch = Stopwatch()
      try work()
      best = min(best, watch.seconds)
    }
    return best
  }

  // MARK: Parsing

  /// Writes the archive as OTLP protobuf and as JSON lines, and reads both back into spans.
  private mutating func measureParsing(_ path: String) throws {
    for threads in options.threads > 1 ? [1, options.threads] : [1] {
      let seconds = try best {
        try Self.open(path, threads: threads).writeOTLPProtobuf { _ in }
      }
      result.speeds.append(
        SpeedFigure(work: .exportProtobuf, threads: threads, seconds: seconds))
    }
    let protobuf = try TemporaryFile(in: options.folder)
    let json = try TemporaryFile(in: options.folder)
    var (protobufBytes, jsonBytes) = (0, 0)
    var losses = OTLPJSONLosses()
    try SpanReadings.full(ArchiveSession(FileSource(path: path))) { trace in
      let batch = trace.batch.convertedToOTLP()
      let message = OTLPProtobufWriter.frame(OTLPProtobufWriter.encode(batch))
      let line = OTLPJSONWriter.encode(batch, losses: &losses) + [0x0A]
      protobufBytes += message.count
      jsonBytes += line.count
      try protobuf.write(message)
      try json.write(line)
    }
    try protobuf.finish()
    try json.finish()
    let inputs: [(SpeedFigure.Work, String, Int)] = [
      (.parseProtobuf, protobuf.path, protobufBytes), (.parseJSON, json.path, jsonBytes),
    ]
    for (work, path, bytes) in inputs {
      let seconds = try best {
        let input = try TraceInput(path: path)
        while try input.next() != nil {}
      }
      result.speeds.append(SpeedFigure(work: work, threads: 1, seconds: seconds, bytes: bytes))
    }
  }

  // MARK: Other forms

  private mutating func measureStores(_ path: String, _ drillIn: DrillIn) throws {
    let step = (result.spans + options.sampledSpans - 1) / max(1, options.sampledSpans)
    let stores = try SpanStores(
      ArchiveSession(FileSource(path: path)), drillIn: drillIn, step: max(1, step),
      threads: options.threads)
    add(.v1, stores.v1Bytes)
    result.jsonSpans = stores.jsonSpans
    if stores.jsonSpans > 0 {
      let total = Double(stores.jsonBytes) * Double(result.spans) / Double(stores.jsonSpans)
      add(.jsonASpan, Int(total.rounded()))
    }
    let v1Branch = result.readings.first { $0.formatVersion == 1 && $0.reading == .subtree }
    result.drillIns = [
      SizeFigure(
        form: .v1,
        bytes: drillIn.isBranch
          ? v1Branch?.stats.bytesRead ?? 0 : stores.v1DrillIns.median),
      SizeFigure(form: .jsonASpan, bytes: stores.jsonDrillIns.median),
    ]
  }

  private mutating func measureFastCompression(_ progress: (String) -> Void) throws {
    for (level, work, undone) in [
      (3, SpeedFigure.Work.zstd3, SpeedFigure.Work.unzstd3), (9, .zstd9, .unzstd9),
    ] {
      progress("\(corpus.name): zstd -\(level)")
      // As often as conversions and readings are repeated, so that the best times compare.
      var best: (done: Double, undone: Double)?
      var left = 1
      while left > 0 {
        left -= 1
        let file = try TemporaryFile(in: options.folder)
        let compressor = try SolidZstd(
          level: level, contentSize: result.referenceBytes, output: file)
        try compress(with: compressor)
        try file.finish()
        let watch = Stopwatch()
        try CorpusReader.forEachPiece(of: file.path) { _ in }
        let times = (done: compressor.seconds, undone: watch.seconds)
        if best == nil { left = options.repetitions(after: times.done) }
        let known = best ?? times
        best = (min(known.done, times.done), min(known.undone, times.undone))
        if times.done > Self.quick { break }
      }
      guard let best else { continue }
      result.speeds.append(SpeedFigure(work: work, threads: 1, seconds: best.done))
      result.speeds.append(SpeedFigure(work: undone, threads: 1, seconds: best.undone))
    }
  }

  private mutating func measureSolidCompression(_ progress: (String) -> Void) throws {
    progress("\(corpus.name): zstd -19")
    let zstd = try SolidZstd(level: 19, contentSize: result.referenceBytes)
    try compress(with: zstd)
    add(.zstd19, zstd.byteCount, seconds: zstd.seconds)
    progress("\(corpus.name): xz -9e")
    let xz = try SolidXZ()
    try compress(with: xz)
    add(.xz9e, xz.byteCount, seconds: xz.seconds)
  }

  private func compress(with compressor: any SolidCompressor) throws {
    try forEachReferencePiece { try compressor.write($0) }
    try compressor.finish()
  }
}
