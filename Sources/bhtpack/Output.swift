import BHTView
import BHTrace

/// Where a command's answer and remarks go.
final class Output {
  /// How the answer is printed: coloured only on a terminal, and where `NO_COLOR` is not set, unless
  /// `--color` says otherwise; no wider than the terminal.
  private(set) var style: Style
  /// Whether remarks (figures, progress) are left out.
  var isQuiet = false
  /// Whether no progress is shown although there is a terminal, since something else is.
  var hidesProgress = false
  private var answer: StandardStream
  /// Nil where standard error is closed: the exit code has to say it all.
  private let remarks: StandardStream?
  private var hasProgress = false
  /// What the pager is called that is started when there is something to show; nil for none.
  private var pagerCommand: String?
  private var pager: Pager?
  /// What is said when the pager has ended: it has the terminal.
  private var remarksAfterPager: [String] = []
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var inputs = ReadStats()
  /// What was said so far, for `--json`.
  private(set) var said: [String] = []

  /// The process's standard output and standard error. Throws where standard output is closed.
  init() throws(StorageError) {
    start = clock.now
    answer = try StandardStream.output()
    remarks = try? StandardStream.error()
    style = Style(
      isOn: Terminal.showsOutput && Self.wantsColours,
      width: Terminal.showsOutput ? Terminal.width : nil)
  }

  /// When there are colours.
  enum Colouring: String, CaseIterable { case auto, always, never }

  /// Takes what was typed for every command, and whether the answer of this one `isPaged`.
  func apply(_ options: Options, isPaged: Bool) {
    if isPaged && !options.isUnpaged && Terminal.showsOutput { pagerCommand = PagerChoice.command }
    isQuiet = options.quiet
    let isColoured: Bool? =
      switch options.colouring {
      case .auto: nil
      case .always: true
      case .never: false
      }
    style = Style(isOn: isColoured ?? style.isOn, width: options.width ?? style.width)
  }

  private static var wantsColours: Bool {
    let refused = Terminal.environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return !refused && Terminal.environment("TERM") != "dumb"
  }

  /// Adds `text` to the answer.
  func write(_ text: String) throws(StorageError) { try write(Array(text.utf8)) }

  /// Adds `bytes` to the answer.
  func write(_ bytes: [UInt8]) throws(StorageError) {
    if pagerCommand != nil && !bytes.isEmpty { try startPager() }
    try answer.write(bytes)
  }

  /// Adds what `json` has so far to the answer, and forgets it there.
  func write(_ json: inout CompactJSON) throws(StorageError) { try write(json.take()) }

  private func startPager() throws(StorageError) {
    guard let command = pagerCommand else { return }
    pagerCommand = nil
    try clearProgress()
    guard let started = Pager(command: command), let stream = started.stream else { return }
    pager = started
    answer = stream
  }

  /// Gives the pager all there is, waits until the user has seen enough, and says what was kept back.
  private func endPager() throws(StorageError) {
    guard let pager else { return }
    do throws(StorageError) {
      try answer.flush()
    } catch  where !error.isBrokenPipe {
      throw error
    } catch {
      // The user had seen enough before.
    }
    answer = try StandardStream.output()
    self.pager = nil
    pager.finish()
    for line in remarksAfterPager { try remark(line) }
    remarksAfterPager = []
  }

  /// Notes that `bytes` of an input of `size` were read by a command that is no reading.
  func count(read bytes: Int, of size: Int) {
    inputs.bytesRead += bytes
    inputs.fileSize += size
  }

  /// The figures of a command that is no reading: what was counted, and the time since it began.
  var stats: ReadStats {
    var stats = inputs
    let (seconds, attoseconds) = (clock.now - start).components
    stats.seconds = Double(seconds) + Double(attoseconds) / 1e18
    return stats
  }

  /// Prints the one JSON object of `--json`: `result` writes the value of that key.
  func object(
    stats: () -> ReadStats, _ result: (inout CompactJSON) throws -> Void
  ) throws {
    var json = CompactJSON()
    json.beginObject()
    json.key("result")
    try result(&json)
    json.key("stats")
    json.stats(stats())
    json.endObject()
    json.endLine()
    try write(&json)
  }

  /// Prints a page that no archive had to be read for; with `--json` it is the result, as text.
  func page(_ text: String, _ options: Options) throws {
    if !options.json { return try write(text) }
    try object(stats: { ReadStats() }, { $0.string(Array(text.utf8)) })
  }

  /// Says on standard error that the answer is negative, and why; then come the figures, unless
  /// `--json` printed them. The answer goes out first.
  func negative(
    _ sentence: String, _ options: Options, _ stats: ReadStats
  ) throws -> ExitCode {
    try remark("bhtpack: \(Printable.text(sentence)).\n")
    if !options.json { try figures(stats) }
    return .negative
  }

  /// Like `negative`, where there is nothing to print an answer of: with `--json` the result is
  /// null.
  func nothing(
    _ sentence: String, _ options: Options, _ stats: ReadStats
  ) throws -> ExitCode {
    if options.json { try object(stats: { stats }, { $0.null() }) }
    return try negative(sentence, options, stats)
  }

  /// Says on standard error what went wrong, also with `--quiet`: a sentence, without its end.
  func warn(_ sentence: String) throws {
    said.append(sentence)
    try remark("bhtpack: \(Printable.text(sentence)).\n")
  }

  /// Says something on standard error that is no answer: a sentence, without its end.
  func say(_ sentence: String) throws {
    said.append(sentence)
    if isQuiet { return }
    try remark("bhtpack: \(Printable.text(sentence)).\n")
  }

  /// Says on standard error how much of what there is was printed.
  func count(_ line: String) throws {
    if !isQuiet { try remark(line + "\n") }
  }

  /// Says what a format that was written does not hold, and how often.
  func sayLost(_ what: String, _ count: Int) throws {
    try say("not held by the format: \(what) (\(Printable.count(count, "time")))")
  }

  /// Prints `line` on standard error, whole; the answer so far goes out first, and a line of
  /// progress goes away. Where a pager has the terminal, that waits until it has ended.
  private func remark(_ line: String) throws(StorageError) {
    if pager != nil { return remarksAfterPager.append(line) }
    try clearProgress()
    try answer.flush()
    try remarks?.write(Array(line.utf8))
    try remarks?.flush()
  }

  /// Whether a line of progress can be shown: on a terminal that can take it away again.
  var showsProgress: Bool {
    !isQuiet && !hidesProgress && pager == nil && Terminal.showsErrors
      && Terminal.environment("TERM") != "dumb"
  }

  /// Shows `line` in place of the last one, until something else is printed.
  func showProgress(_ line: String) throws(StorageError) {
    hasProgress = true
    Terminal.noteProgress(true)
    // A line that wraps could not be taken away again.
    let shown = DisplayWidth.cut(Printable.text(line), to: (Terminal.errorWidth ?? 80) - 1)
    try remarks?.write(Array((Terminal.clearLine + shown).utf8))
    try remarks?.flush()
  }

  /// Takes the line of progress away.
  func clearProgress() throws(StorageError) {
    if !hasProgress { return }
    hasProgress = false
    try remarks?.write(Array(Terminal.clearLine.utf8))
    try remarks?.flush()
    Terminal.noteProgress(false)
  }

  /// The figures of a reading, as the last line on standard error.
  func figures(_ stats: ReadStats) throws {
    if isQuiet { return }
    let nanoseconds = UInt64(max(0, min(stats.seconds, 1e9)) * 1e9)
    try remark(
      "read \(Printable.grouped(stats.bytesRead)) of \(Printable.grouped(stats.fileSize)) bytes "
        + "(\(Printable.percent(stats.fraction))) in \(Printable.count(stats.requests, "request")), "
        + "\(Printable.count(stats.rounds, "round")), "
        + "\(Printable.count(stats.blocksRead, "block")); "
        + "\(Printable.bytes(stats.rawBytes)) decoded; \(Printable.duration(nanoseconds))\n")
  }

  /// Brings everything out.
  func finish() throws(StorageError) {
    try clearProgress()
    try endPager()
    try answer.finish()
    try remarks?.finish()
  }

  /// Prints the sentence `error` becomes; what the answer has so far goes out first.
  func fail(_ error: any Error) {
    // Where the answer cannot be written, this is what there is to say.
    try? clearProgress()
    try? endPager()
    try? answer.flush()
    Self.fail(error)
  }

  /// Prints the sentence `error` becomes, where there is nothing else to print.
  static func fail(_ error: any Error) {
    // Where standard error cannot be written either, the exit code has to say it all.
    guard let remarks = try? StandardStream.error() else { return }
    try? remarks.write(Array(Failure.sentence(for: error).utf8))
    try? remarks.finish()
  }
}

extension CompactJSON {
  /// Writes the figures of a reading, the same keys for every one.
  mutating func stats(_ stats: ReadStats) {
    beginObject()
    key("bytes_read")
    integer(stats.bytesRead)
    key("requests")
    integer(stats.requests)
    key("rounds")
    integer(stats.rounds)
    key("blocks_read")
    integer(stats.blocksRead)
    key("file_size")
    integer(stats.fileSize)
    key("fraction")
    double(stats.fraction)
    key("raw_bytes")
    integer(stats.rawBytes)
    key("seconds")
    double((stats.seconds * 1e6).rounded() / 1e6)
    endObject()
  }
}
