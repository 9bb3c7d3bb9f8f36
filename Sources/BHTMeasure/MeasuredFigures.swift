package import BHTrace

/// One form of a corpus and its size.
package struct SizeFigure: Sendable {
  /// Which form.
  package enum Form: String, Sendable, CaseIterable {
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
  package var form: Form
  /// Its size.
  package var bytes: Int
  /// How long it took to make, in seconds; nil where that says nothing.
  package var seconds: Double?
}

/// One reading, and what it took.
package struct ReadingFigure: Sendable {
  /// What was asked.
  package var reading: MeasuredReading
  /// The version of the format it was asked of.
  package var formatVersion: Int
  /// How many spans the answer comes from or has.
  package var spans: Int
  /// What was read. The time is the best of the repetitions, which read the same bytes.
  package var stats: ReadStats
}

/// Several traces fetched by their ids, each with a reader of its own that knew nothing before.
package struct TraceReadFigure: Sendable {
  /// How many traces were fetched.
  package var traces = 0
  /// The number of spans of a trace, median.
  package var medianSpans = 0
  /// Bytes read for a trace, median.
  package var medianBytes = 0
  /// Bytes read for a trace, the most.
  package var maxBytes = 0
  /// Decoded bytes, median.
  package var medianRawBytes = 0
  /// Requests for a trace, the most.
  package var maxRequests = 0
  /// Dependent rounds for a trace, the most.
  package var maxRounds = 0
  /// Time for a trace, median, in seconds.
  package var medianSeconds = 0.0
  /// Time for a trace, the longest, in seconds.
  package var maxSeconds = 0.0

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
package struct WarmFigure: Sendable {
  /// Traces by id, each of another chunk, asked of one reader that has read directory, names and
  /// tables.
  package var traces: TraceReadFigure
  /// The time to add up spans, errors and durations of each service, of a reader that has read the
  /// names; the best of the repetitions, in seconds.
  package var totalsSeconds: Double
}

/// A size of payload blocks, and what it costs and saves.
package struct BlockSizeFigure: Sendable {
  /// How finely payload is cut.
  package var block: FormatOptions.BlockSize
  /// The size of the archive.
  package var bytes: Int
  /// Bytes read for the drill-in (a trace by id; the branch of a corpus of one trace), median.
  package var drillInBytes: Int
  /// The same, the most.
  package var maxDrillInBytes: Int
}

/// How fast something went through the corpus.
package struct SpeedFigure: Sendable {
  /// What was done.
  package enum Work: String, Sendable {
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
  package var work: Work
  /// On how many threads.
  package var threads: Int
  /// How long it took.
  package var seconds: Double
  /// How many bytes were read, where that is not the protobuf (or the v1 file).
  package var bytes: Int?
}

/// All that was measured of one corpus.
package struct CorpusMeasurement: Sendable {
  /// The corpus's name.
  package var name: String
  /// The number of files.
  package var files = 0
  /// The number of traces.
  package var traces = 0
  /// The number of spans.
  package var spans = 0
  /// How many things in the files could not be read.
  package var problems = 0
  /// Whether the corpus is a v1 file: solid compression and speeds go by its bytes, else by those
  /// of the protobuf.
  package var isV1 = false
  /// The size of what solid compression and speeds go by.
  package var referenceBytes = 0
  /// The sizes, in the order of `SizeFigure.Form`; what does not apply is not there.
  package var sizes: [SizeFigure] = []
  /// Of how many spans `jsonASpan` was measured and then scaled up.
  package var jsonSpans = 0
  /// Single readings; of v1 too where the corpus is one trace.
  package var readings: [ReadingFigure] = []
  /// The service that was asked for.
  package var service: [UInt8] = []
  /// How many spans the branch has.
  package var branchSpans = 0
  /// Traces by id in the v2 archive.
  package var traceReads: TraceReadFigure?
  /// What a warm reader takes.
  package var warm: WarmFigure?
  /// Block sizes, the smallest first.
  package var blockSizes: [BlockSizeFigure] = []
  /// Speeds.
  package var speeds: [SpeedFigure] = []
  /// What one drill-in reads of forms that have no index of their own: v1 files and JSON a span.
  package var drillIns: [SizeFigure] = []

  /// Nothing measured of the corpus called `name`.
  init(name: String) { self.name = name }

  /// The size of a form, where it applies.
  package func bytes(_ form: SizeFigure.Form) -> Int? { sizes.first { $0.form == form }?.bytes }

  /// The bytes of a form for each span.
  package func bytesASpan(_ form: SizeFigure.Form) -> Double? {
    guard let bytes = bytes(form), spans > 0 else { return nil }
    return Double(bytes) / Double(spans)
  }
}

extension [Int] {
  /// The middle one of the sorted values, the upper of two; 0 where there are none.
  var median: Int { isEmpty ? 0 : sorted()[count / 2] }
}
