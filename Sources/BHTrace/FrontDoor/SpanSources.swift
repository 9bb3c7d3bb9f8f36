/// The spans of several files and folders, one input after the other.
///
/// ```swift
/// try SpanSources(["traces/", "more.otlp.zst"]).read { batch in … }
/// ```
package struct SpanSources: Sendable {
  /// What comes up on the way.
  package enum Event {
    /// These files will be read.
    case files([String])
    /// So far went the reading of the present file.
    case progress(InputReport)
    /// A file was read.
    case finished(path: String, InputReport)
    /// A file holds no spans: a licence out of a folder, or what was read and had none.
    case passedOver(path: String, FormatError)
    /// A file has no bytes, while others have.
    case empty(path: String)
  }

  /// Why the sources cannot be read.
  package enum Failure: Error {
    /// There is not one file in the folder at this path.
    case emptyFolder(path: String)
    /// The bytes of the file at this path ("-": standard input) are not what they should be.
    case input(path: String, FormatError)
  }

  private let paths: [String]
  private let isStrict: Bool
  private let threads: Int
  private let mending: InputMending

  /// The spans at `paths`: files of any format that is read, folders of such files, and "-" for
  /// standard input. With `strict` the first problem of an input is thrown. With several `threads`
  /// some formats are decoded ahead. `mending` is done on the way.
  package init(
    _ paths: [String], strict: Bool = false, threads: Int = 1,
    mending: InputMending = InputMending()
  ) {
    self.paths = paths
    self.mending = mending
    isStrict = strict
    self.threads = threads
  }

  /// The files, those of folders in the order of their paths.
  package func files() throws -> [String] {
    try paths.flatMap { path in
      let found = path == "-" ? ["-"] : try filesUnder(path)
      if found.isEmpty { throw Failure.emptyFolder(path: path) }
      return found
    }
  }

  /// Whether `read` would give the same once more: no input is a pipe.
  package func canReadAgain() throws -> Bool {
    try files().allSatisfy { path in
      path != "-" && (try? FileSource(path: path)) != nil
    }
  }

  /// Hands all spans of all inputs to `body`, batch by batch, and tells `observe` what comes up.
  /// Throws `Failure` where an input has bytes but none could be read, and where there is no byte
  /// or no span in all of them; `StorageError`; and what `body` and `observe` throw.
  package func read(
    observe: (Event) throws -> Void = { _ in }, _ body: (SpanBatch) throws -> Void
  ) throws {
    let files = try files()
    try observe(.files(files))
    var bytes = 0
    var empty: [String] = []
    // What was named has to hold spans; of the files in a folder those that do are read.
    let named = Set(paths)
    var unknown: [(path: String, error: FormatError)] = []
    for path in files {
      do {
        let report = try SpanInput.read(
          path: path, strict: isStrict, threads: threads, mending: mending,
          progress: { try observe(.progress($0)) }, body)
        bytes += report.bytesIn
        if report.bytesIn == 0 { empty.append(path) }
        // Problems that left nothing at all are not for a report.
        if report.spans == 0, let problem = report.problems.first {
          throw FormatError(problem.code, at: problem.offset, problem.what)
        }
        if let error = report.withoutSpans { throw error }
        try observe(.finished(path: path, report))
      } catch let error as FormatError {
        // What was read and holds no spans is no matter where others do.
        let isPassedOver =
          error.code == .notRecognized && !isStrict && !named.contains(path)
          || error.code == .noSpans
        if !isPassedOver { throw Failure.input(path: path, error) }
        unknown.append((path, error))
      }
    }
    if unknown.count + empty.count == files.count, let first = unknown.first {
      throw Failure.input(path: first.path, first.error)
    }
    for (path, error) in unknown { try observe(.passedOver(path: path, error)) }
    if bytes == 0, let path = empty.first {
      throw Failure.input(
        path: path, FormatError(.truncated, at: 0, "the input has no bytes"))
    }
    for path in empty { try observe(.empty(path: path)) }
  }
}
