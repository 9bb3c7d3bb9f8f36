/// The spans of several files and folders, one input after the other.
///
/// ```swift
/// let outcome = try SpanSources(["traces/", "more.otlp.zst"]).read { batch in … }
/// ```
package struct SpanSources: Sendable {
  /// What comes up on the way.
  package enum Event {
    /// These inputs will be read.
    case inputs([String])
    /// So far went the reading of the present input.
    case progress(InputReport)
    /// An input was read.
    case finished(name: String, InputReport)
    /// An input could not be read, or not to its end: all else is. `spans` of it were.
    case failed(name: String, any Error, spans: Int)
    /// A pipe, a link or the like that was found in a folder is no input.
    case passedOver(path: String, reason: String)
    /// An input has no bytes, while others have.
    case empty(name: String)
    /// An input was recognised and has no spans, while others have; what it is.
    case withoutSpans(name: String, FormatError)
  }

  /// Why the sources cannot be read.
  package enum Failure: Error {
    /// There is not one file in the folder at this path.
    case emptyFolder(path: String)
    /// The bytes of the input called `name` ("-": standard input) are not what they should be.
    case input(name: String, FormatError)
    /// Of so many inputs not one could be read; each was told of.
    case nothingRead(inputs: Int)
  }

  /// How the reading went.
  package struct Outcome: Sendable, Equatable {
    /// The number of inputs.
    package var inputs = 0
    /// How many of them could not be read, or not to their ends.
    package var failed = 0
    /// How many members of containers could not be read.
    package var failedMembers = 0

    /// Nothing to read.
    package init(inputs: Int = 0, failed: Int = 0, failedMembers: Int = 0) {
      self.inputs = inputs
      self.failed = failed
      self.failedMembers = failedMembers
    }

    /// Whether all was read.
    package var isWhole: Bool { failed == 0 && failedMembers == 0 }
  }

  private let paths: [String]
  private let isStrict: Bool
  private let threads: Int
  private let mending: InputMending
  private let selection: TraceSelection

  /// The spans at `paths`: files of any format that is read, folders of such files, and "-" for
  /// standard input. With `strict` the first problem of an input is thrown. With several `threads`
  /// some formats are decoded ahead. `mending` is done on the way. Traces that cannot be part of `selection` may be left out,
  /// where that saves reading.
  package init(
    _ paths: [String], strict: Bool = false, threads: Int = 1,
    mending: InputMending = InputMending(), selection: TraceSelection = TraceSelection()
  ) {
    self.paths = paths
    self.mending = mending
    isStrict = strict
    self.threads = threads
    self.selection = selection
  }

  /// What there is to read.
  private struct Listing {
    var inputs: [NamedInput] = []
    var passedOver: [FolderListing.PassedOver] = []
    /// Folders and files that cannot be looked into.
    var failures: [StorageError] = []
  }

  /// The inputs, those of folders in the order of their paths.
  private func listing() throws -> Listing {
    var listing = Listing()
    for path in paths {
      if path == "-" {
        listing.inputs.append(NamedInput(path: path))
        continue
      }
      let found = try FolderListing(path)
      if found.files.isEmpty && found.failures.isEmpty { throw Failure.emptyFolder(path: path) }
      listing.inputs += found.files.map { NamedInput(path: $0) }
      listing.passedOver += found.passedOver
      listing.failures += found.failures
    }
    return listing
  }

  /// Whether `read` would give the same once more: no input is a pipe.
  package func canReadAgain() throws -> Bool {
    try listing().inputs.allSatisfy { input in
      input.name != "-" && (try? FileSource(path: input.name)) != nil
    }
  }

  /// Hands all spans of all inputs to `body`, batch by batch, and tells `observe` what comes up. An
  /// input that cannot be read does not keep the others from being read; what was handed out of it
  /// stays. Throws `Failure` and `StorageError` where nothing can be read, or, where the reading is
  /// strict, for the first problem; and what `body` and `observe` throw.
  @discardableResult
  package func read(
    observe: (Event) throws -> Void = { _ in }, _ body: (SpanBatch) throws -> Void
  ) throws -> Outcome {
    let listing = try listing()
    try observe(.inputs(listing.inputs.map(\.name)))
    var reading = Reading(count: listing.inputs.count + listing.failures.count)
    for found in listing.passedOver {
      try observe(.passedOver(path: found.path, reason: found.reason))
    }
    for failure in listing.failures {
      try reading.fail(failure.path, failure, isStrict: isStrict, observe)
    }
    for input in listing.inputs {
      var spans = 0
      do {
        let report = try read(input, isAlone: listing.inputs.count == 1, observe) { batch in
          spans += batch.spans.count
          reading.hasContent = true
          try body(batch)
        }
        // Problems that left nothing at all are not for a report.
        if report.spans == 0, let problem = report.problems.first {
          throw FormatError(problem.code, at: problem.offset, problem.what)
        }
        try observe(.finished(name: input.name, report))
        reading.failedMembers += report.failedMembers
        if report.bytesIn == 0 {
          reading.empty.append(input.name)
        } else if report.spans == 0 && selection.isEmpty {
          reading.withoutSpans.append((input.name, report.withoutSpans ?? Self.noSpans))
        } else {
          reading.hasContent = true
        }
      } catch let error as ErrorOutside {
        throw error.error
      } catch let error as FormatError where error.code == .noSpans && !isStrict {
        reading.withoutSpans.append((input.name, error))
      } catch {
        try reading.fail(input.name, error, spans: spans, isStrict: isStrict, observe)
      }
    }
    try reading.finish(observe)
    return Outcome(
      inputs: reading.count, failed: reading.failed, failedMembers: reading.failedMembers)
  }

  private static var noSpans: FormatError {
    FormatError(.noSpans, at: nil, "there are no spans in it")
  }

  /// Reads one input; what `body` and `observe` throw comes wrapped.
  private func read(
    _ input: NamedInput, isAlone: Bool, _ observe: (Event) throws -> Void,
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    try SpanInput.read(
      input, strict: isStrict, threads: threads, mending: mending,
      wanted: selection.isEmpty
        ? nil : WantedOfArchive(selection: selection, isAlone: isAlone),
      progress: { report in
        try ErrorOutside.wrapping { try observe(.progress(report)) }
      },
      { batch in try ErrorOutside.wrapping { try body(batch) } })
  }
}

/// An error of whoever takes the spans, not of an input.
private struct ErrorOutside: Error {
  let error: any Error

  static func wrapping(_ work: () throws -> Void) throws(ErrorOutside) {
    do { try work() } catch { throw ErrorOutside(error: error) }
  }
}

/// How the reading of several inputs goes.
private struct Reading {
  let count: Int
  var failed = 0
  var failedMembers = 0
  /// Whether anything was read.
  var hasContent = false
  var empty: [String] = []
  var withoutSpans: [(name: String, error: FormatError)] = []

  init(count: Int) { self.count = count }

  /// Takes note of an input that cannot be read. Throws `error` where there is no other, where the
  /// reading is strict, and where it is no fault of the input.
  mutating func fail(
    _ name: String, _ error: any Error, spans: Int = 0, isStrict: Bool,
    _ observe: (SpanSources.Event) throws -> Void
  ) throws {
    failed += 1
    let isOwnFault = (error as? StorageError)?.isOutOfDescriptors ?? false
    if isStrict || isOwnFault || (count == 1 && !hasContent) {
      if let error = error as? FormatError {
        throw SpanSources.Failure.input(name: name, error)
      }
      throw error
    }
    try observe(.failed(name: name, error, spans: spans))
  }

  /// Throws where nothing was read; else tells of inputs that had nothing.
  func finish(_ observe: (SpanSources.Event) throws -> Void) throws {
    if hasContent {
      for name in empty { try observe(.empty(name: name)) }
      for (name, error) in withoutSpans { try observe(.withoutSpans(name: name, error)) }
      return
    }
    let nothing =
      empty.first.map { ($0, FormatError(.truncated, at: 0, "the input has no bytes")) }
      ?? withoutSpans.first.map { ($0.name, $0.error) }
    if let (name, error) = nothing, failed == 0, count == empty.count + withoutSpans.count {
      throw SpanSources.Failure.input(name: name, error)
    }
    for name in empty { try observe(.empty(name: name)) }
    for (name, error) in withoutSpans { try observe(.withoutSpans(name: name, error)) }
    throw SpanSources.Failure.nothingRead(inputs: count)
  }
}
