import BHTView
import BHTrace

/// The line that says on a terminal how far a long piece of work is, about five times a second:
/// bytes and spans read, how fast, and how long it will take.
final class Progress {
  private let output: Output
  /// The size of all inputs (bytes); nil where one is a pipe.
  private let total: Int?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant
  /// What the inputs that are done had.
  private var bytesBefore = 0
  private var spansBefore = 0

  private static let interval = Duration.milliseconds(200)

  /// Watches over reading the files `inputs`; nil where no progress is to be shown.
  init?(_ output: Output, inputs: [String]) {
    guard output.showsProgress else { return nil }
    self.output = output
    var total: Int? = 0
    for path in inputs {
      let size = path == "-" ? nil : try? FileSource(path: path).byteCount
      total = total.flatMap { sum in size.map { sum + $0 } }
    }
    self.total = total
    start = clock.now
    shown = start
  }

  /// Shows how far the present input is, where it is time for that.
  func update(_ report: InputReport) {
    let now = clock.now
    if now - shown < Self.interval { return }
    shown = now
    // Progress that cannot be shown does not end the work.
    try? output.showProgress(
      Self.line(
        bytes: bytesBefore + report.bytesIn, of: total, spans: spansBefore + report.spans,
        after: Self.seconds(now - start)))
  }

  /// Notes that the present input is done.
  func finishInput(_ report: InputReport) {
    bytesBefore += report.bytesIn
    spansBefore += report.spans
  }

  /// `1.20 GiB of 4.00 GiB (30.0 %), 1,234,567 spans, 84.2 MiB/s, 34.1 s left`
  static func line(bytes: Int, of total: Int?, spans: Int, after seconds: Double) -> String {
    let rate = seconds > 0 ? Double(bytes) / seconds : 0
    var line = Printable.bytes(bytes)
    if let total, total > 0 {
      line += " of \(Printable.bytes(total))"
      line += " (\(Printable.percent(min(1, Double(bytes) / Double(total)))))"
    }
    line += ", \(Printable.count(spans, "span")), \(Printable.bytes(Int(rate)))/s"
    if let total, rate > 0 {
      let left = min(Double(max(0, total - bytes)) / rate, 1e8)
      line += ", \(Printable.duration(UInt64(left) * 1_000_000_000)) left"
    }
    return line
  }

  private static func seconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}

/// The line that says how much is written, while nobody knows how much it will be.
final class WritingProgress {
  private let output: Output
  private let clock = ContinuousClock()
  private var shown: ContinuousClock.Instant
  private var bytes = 0

  /// Nil where no progress is to be shown.
  init?(_ output: Output) {
    guard output.showsProgress else { return nil }
    self.output = output
    shown = clock.now
  }

  /// Counts `count` bytes more, and shows the sum where it is time for that.
  func add(_ count: Int) {
    bytes += count
    let now = clock.now
    if now - shown < .milliseconds(200) { return }
    shown = now
    try? output.showProgress("writing, \(Printable.bytes(bytes)) so far")
  }
}
