import BHTrace

/// Files that are measured together under a name.
package struct MeasuredCorpus: Sendable {
  /// What results call it.
  package var name: String
  /// The files; a trace may have spans in several.
  package var inputs: [String]

  /// The files at `inputs` under a name.
  package init(name: String, inputs: [String]) {
    self.name = name
    self.inputs = inputs
  }
}

/// How much work a measurement is.
package struct MeasurementOptions: Sendable {
  /// Threads that conversions may use.
  package var threads = Processors.count
  /// Where archives are written to while they are measured.
  package var folder = "/tmp"
  /// At most so many traces are fetched by their ids.
  package var sampledTraces = 200
  /// Of at most about so many spans the JSON is compressed on its own; the rest is scaled up.
  package var sampledSpans = 20_000
  /// Whether everything is compressed by zstd -19 and xz -9e, which takes longest.
  package var isSolidMeasured = true
  /// How often work is repeated at least, for its best time; what is quick more often, unless this
  /// is 1.
  package var repetitions = 3

  /// How often to repeat work that took `seconds` the first time.
  func repetitions(after seconds: Double) -> Int {
    if repetitions <= 1 { return 0 }
    return max(repetitions - 1, Int(min(1.5 / max(seconds, 0.001), 24)))
  }

  /// The defaults.
  package init() {}
}

/// Measures corpora: sizes in several forms, what readings take, how fast it all goes.
///
/// Archives are written to files and read from there, by a reader of its own for each reading, so
/// the figures are those of the reads that happened. The files are in the system's cache.
package struct Measurements: Sendable {
  /// What was measured of each corpus.
  package private(set) var corpora: [CorpusMeasurement] = []
  /// The number of cores of the machine.
  package let cores = Processors.count

  /// Nothing measured.
  package init() {}

  /// Measures a corpus. Throws `FormatError` where it has no spans or cannot be read, and
  /// `StorageError` where the system fails. `progress` is told what comes next.
  package mutating func add(
    _ corpus: MeasuredCorpus, options: MeasurementOptions = MeasurementOptions(),
    progress: (String) -> Void = { _ in }
  ) throws {
    var measurer = CorpusMeasurer(corpus, options)
    corpora.append(try measurer.measure(progress))
  }
}
