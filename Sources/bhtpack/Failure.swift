import BHTSearch
import BHTView
import BHTrace

/// A command line that cannot be understood; the message is the middle of a sentence.
struct UsageError: Error, Equatable {
  /// What was typed and what is wanted.
  let message: String
  /// The words that would have done, where they are a closed list.
  let words: [String]

  /// A mistake described by `message`.
  init(_ message: String, words: [String] = []) {
    self.message = message
    self.words = words
  }
}

/// An input whose bytes are not what they should be.
struct InputError: Error {
  /// What a command wants to be given.
  enum Wanted {
    /// A `.bht` archive of either version.
    case archive
    /// A file of any format that is read.
    case traces
  }

  /// The input's name, as the user knows it.
  let name: String
  /// What is wrong with it.
  let error: FormatError
  /// What it should have been.
  var wanted = Wanted.traces

  /// `error` with the input's name where it is about the input's bytes; any other as it is.
  static func naming(
    _ name: String, in error: any Error, wanted: Wanted = .traces
  ) -> any Error {
    guard let error = error as? FormatError else { return error }
    return InputError(name: name, error: error, wanted: wanted)
  }
}

/// An output that cannot be made of the traces there are.
struct OutputError: Error {
  /// The output's path.
  let path: String
  /// Why, and what to do about it.
  let reason: String
}

/// The one sentence an error becomes.
enum Failure {
  /// The line standard error gets.
  static func sentence(for error: any Error) -> String {
    if let error = error as? QueryError { return lines(for: error) }
    return "bhtpack: \(Printable.text(text(for: error))).\n"
  }

  /// What is wrong with a query, under it the query with a mark at the place.
  private static func lines(for error: QueryError) -> String {
    let before = DisplayWidth.columns(
      String(Substring(error.excerpt.unicodeScalars.prefix(error.caret))))
    return "bhtpack: line \(error.line), column \(error.column) of the query: "
      + Printable.text(error.message) + (error.message.hasSuffix("?") ? "" : ".")
      + "\n  \(error.excerpt)\n  "
      + String(repeating: " ", count: before) + "^\n"
  }

  /// File, place, what was found and what to do.
  static func text(for error: any Error) -> String {
    switch error {
    case let error as UsageError: error.message
    case let error as StorageError: text(for: error)
    case let error as InputError: text(for: error)
    case let error as FormatError: error.offset.map { "offset \($0): \(error.what)" } ?? error.what
    case let error as OutputError: "cannot write \(error.path): \(error.reason)"
    case ReadingError.traceRequired(let traces):
      "span ids are unique only within a trace, and the archive holds \(traces); "
        + "say which one with --trace ID (`bhtpack list` prints the ids)"
    case ReadingError.ambiguousID(let typed, let candidates, let count):
      "the ids of \(Printable.count(count, "trace")) begin with \(typed); type more of it: "
        + candidates.map { SpanObjectWriter.idText($0, .otlp) }.joined(separator: ", ")
        + (count > candidates.count ? ", …" : "")
    default: "unexpected: \(error)"
    }
  }

  /// `text`, which began a sentence, as it goes on with one.
  static func lowercased(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }

  private static func text(for error: StorageError) -> String {
    var text = "cannot \(error.operation) \(error.path): "
    text += lowercased(error.reason)
    if let advice = advice(for: error) { text += "; \(advice)" }
    return text
  }

  private static func advice(for error: StorageError) -> String? {
    if error.isTooLargeToTakeIn {
      return "what is no regular file is held whole, up to \(WholeInput.limit >> 20) MiB; "
        + "put it into a file first"
    }
    if error.isOutOfDescriptors { return "raise the limit on open files (`ulimit -n`)" }
    if error.isMissing && error.operation == "create" { return "make its folder first" }
    if error.isMissing { return "check the spelling of the path" }
    if error.isDirectory { return "give the path of a file" }
    if error.isExisting { return "give another name, or replace it with --force" }
    if error.isForbidden { return "check the permissions of the file and its folder" }
    if error.isFull { return "free some space, or write somewhere else" }
    if error.isClosed { return "leave it open, or lead it to a file or /dev/null" }
    return nil
  }

  private static func text(for failure: InputError) -> String {
    let error = failure.error
    let place = error.offset.map { ", offset \($0)" } ?? ""
    // Some errors say themselves what to do.
    let advice = error.what.contains(";") ? "" : "; " + advice(for: failure)
    return "\(failure.name)\(place): \(error.what)\(advice)"
  }

  private static func advice(for failure: InputError) -> String {
    switch failure.error.code {
    case .truncated: "the file is incomplete, so fetch or write it again"
    case .notRecognized:
      switch failure.wanted {
      case .archive: "give a .bht archive, which `bhtpack convert` makes of other formats"
      case .traces: "`bhtpack convert --help` lists them"
      }
    case .noSpans: "give a file that holds spans"
    case .checksumMismatch: "the file is damaged, so take a fresh copy"
    case .outOfBounds, .invalid:
      "the file is damaged or its writer was wrong, so take a fresh copy or write it again"
    case .unsupported: "a newer bhtpack may read it"
    }
  }
}
