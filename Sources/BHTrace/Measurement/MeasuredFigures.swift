/// One form of a corpus and its size.
public struct SizeFigure: Sendable {
  /// Which form.
  public enum Form: String, Sendable, CaseIterable {
    /// The input with its compression taken off.
    case source
    /// OTLP protobuf as this library writes it.
    case otlp
    /// A `.bht` v1 file for each trace, all together.
    case v1
    /// A `.bht` v2 archive as `convert` writes it.
    case v2
    /// A `.bht` v2 archive with a payload block for each span.
    case v2SpanBlocks
    /// A `.bht` v2 archive as `convert --best` writes it.
    case v2Best
    /// One zstd frame of level 19 over everything.
    case zstd19
    /// One xz stream of level 9e over everything.
    case xz9e
    /// Each span's JSON in a zstd frame of level 19 of its own.
    case jsonASpan
  }

  /// Which form it is.
  public var form: Form
  /// Its size.
  public var bytes: Int
  /// How long it took to make, in seconds; nil where that says nothing.
  public var seconds: Double?
}

/// One reading, and what it took.
public struct ReadingFigure: Sendable {
  /// What was asked.
  public var reading: MeasuredReading
  /// The version of the format it was asked of.
  public var formatVersion: Int
  /// How many spans the answer comes from or has.
  public var spans: Int
  /// What was read. The time is the best of the repetitions, which read the same bytes.
  public var stats: ReadStats
}

/// Several traces fetched by their ids, each with a reader of its own that knew nothing before.
public struct TraceReadFigure: Sendable {
  /// How many traces were fetched.
  public var traces = 0
  /// The number of spans of a trace, median.
  public var medianSpans = 0
  /// Bytes read for a trace, median.
  public var medianBytes = 0
  /// Bytes read for a trace, the most.
  public var maxBytes = 0
  /// Decoded bytes, median.
  public var medianRawBytes = 0
  /// Requests for a trace, the most.
  public var maxRequests = 0
  /// Dependent rounds for a trace, the most.
  public var maxRounds = 0
  /// Time for a trace, median, in seconds.
  public var medianSeconds = 0.0
  /// Time for a trace, the longest, in seconds.
  public var maxSeconds = 0.0

  /// Adds up what was read for each trace; `spans` are their sizes.
  init(_ reads: [ReadStats], spans: [Int]) {
    traces = reads.count
    medianSpans = spans.median
    medianBytes = reads.map(\.bytesRead).median
    maxBytes = reads.map(\.bytesRead).max() ?? 0
    medianRawBytes = reads.map(\.rawBytes).median
    maxRequests = reads.map(\.requests).max() ?? 0
    maxRounds = reads.map(\.rounds).max() ?? 0
    let seconds = reads.map(\.seconds).sorted()
    medianSeconds = seconds.isEmpty ? 0 : seconds[seconds.count / 2]
    maxSeconds = seconds.last ?? 0
  }
}

/// What a warm reader takes: one that has read what all its answers share.
public struct WarmFigure: Sendable {
  /// Traces by id, each of another chunk, asked of one reader that has read directory, names and
  /// tables.
  public var traces: TraceReadFigure
  /// The time to add up spans, errors and durations of each service, of a reader that has read the
  /// names; the best of the repetitions, in seconds.
  public var totalsSeconds: Double
}

/// A size of payload blocks, and what it costs and saves.
public struct BlockSizeFigure: Sendable {
  /// How finely payload is cut.
  public var block: FormatOptions.BlockSize
  /// The size of the archive.
  public var bytes: Int
  /// Bytes read for the drill-in (a trace by id; the branch of a corpus of one trace), median.
  public var drillInBytes: Int
  /// The same, the most.
  public var maxDrillInBytes: Int
}

/// How fast something went through the corpus.
public struct SpeedFigure: Sendable {
  /// What was done.
  public enum Work: String, Sendable {
    /// The inputs into a v2 archive.
    case convert
    /// The inputs into a v2 archive, as small as can be.
    case convertBest
    /// The whole v2 archive decoded into spans.
    case full
    /// The whole v2 archive written as OTLP protobuf.
    case exportProtobuf
    /// OTLP protobuf parsed into spans.
    case parseProtobuf
    /// OTLP JSON lines parsed into spans.
    case parseJSON
    /// zstd of level 3 over the protobuf (or the v1 file).
    case zstd3
    /// zstd of level 9 over the same.
    case zstd9
    /// Level 3 decompressed.
    case unzstd3
    /// Level 9 decompressed.
    case unzstd9
  }

  /// What was done.
  public var work: Work
  /// On how many threads.
  public var threads: Int
  /// How long it took.
  public var seconds: Double
  /// How many bytes were read, where that is not the protobuf (or the v1 file).
  public var bytes: Int?
}

/// All that was measured of one corpus.
public struct CorpusMeasurement: Sendable {
  /// The corpus's name.
  public var name: String
  /// The number of files.
  public var files = 0
  /// The number of traces.
  public var traces = 0
  /// The number of spans.
  public var spans = 0
  /// How many things in the files could not be read.
  public var problems = 0
  /// Whether the corpus is a v1 file: solid compression and speeds go by its bytes, else by those
  /// of the protobuf.
  public var isV1 = false
  /// The size of what solid compression and speeds go by.
  public var referenceBytes = 0
  /// The sizes, in the order of `SizeFigure.Form`; what does not apply is not there.
  public var sizes: [SizeFigure] = []
  /// Of how many spans `jsonASpan` was measured and then scaled up.
  public var jsonSpans = 0
  /// Single readings; of v1 too where the corpus is one trace.
  public var readings: [ReadingFigure] = []
  /// The service that was asked for.
  public var service: [UInt8] = []
  /// How many spans the branch has.
  public var branchSpans = 0
  /// Traces by id in the v2 archive.
  public var traceReads: TraceReadFigure?
  /// What a warm reader takes.
  public var warm: WarmFigure?
  /// Block sizes, the smallest first.
  public var blockSizes: [BlockSizeFigure] = []
  /// Speeds.
  public var speeds: [SpeedFigure] = []
  /// What one drill-in reads of forms that have no index of their own: v1 files and JSON a span.
  public var drillIns: [SizeFigure] = []

  /// Nothing measured of the corpus called `name`.
  init(name: String) { self.name = name }

  /// The size of a form, where it applies.
  public func bytes(_ form: SizeFigure.Form) -> Int? { sizes.first { $0.form == form }?.bytes }

  /// The bytes of a form for each span.
  public func bytesASpan(_ form: SizeFigure.Form) -> Double? {
    guard let bytes = bytes(form), spans > 0 else { return nil }
    return Double(bytes) / Double(spans)
  }
}

extension [Int] {
  /// The middle one of the sorted values, the upper of two; 0 where there are none.
  var median: Int { isEmpty ? 0 : sorted()[count / 2] }
}
