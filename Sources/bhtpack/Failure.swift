import BHTrace

/// A command line that cannot be understood; the message is the middle of a sentence.
struct UsageError: Error, Equatable {
  /// What was typed and what is wanted.
  let message: String

  /// A mistake described by `message`.
  init(_ message: String) { self.message = message }
}

/// An input whose bytes are not what they should be.
struct InputError: Error {
  /// The input's name, as the user knows it.
  let name: String
  /// What is wrong with it.
  let error: FormatError
}

/// The one sentence an error becomes.
enum Failure {
  /// File, place, what was found and what to do, without the end of the line.
  static func sentence(for error: any Error) -> String {
    let text =
      switch error {
      case let error as UsageError: error.message
      case let error as StorageError: sentence(for: error)
      case let error as InputError: sentence(for: error)
      case ReadingError.traceRequired(let traces):
        "span ids are unique only within a trace, and the archive holds \(traces); "
          + "say which one with --trace ID (`bhtpack list` prints the ids)"
      default: "unexpected: \(error)"
      }
    return "bhtpack: \(Printable.text(text)).\n"
  }

  private static func sentence(for error: StorageError) -> String {
    var text = "cannot \(error.operation) \(error.path): "
    text += error.reason.prefix(1).lowercased() + error.reason.dropFirst()
    if let advice = advice(for: error) { text += "; \(advice)" }
    return text
  }

  private static func advice(for error: StorageError) -> String? {
    if error.isMissing { return "check the spelling of the path" }
    if error.isDirectory { return "give the path of a file" }
    if error.isExisting { return "give another name, or replace it with --force" }
    if error.isForbidden { return "check the permissions of the file and its folder" }
    if error.isFull { return "free some space, or write somewhere else" }
    return nil
  }

  private static func sentence(for failure: InputError) -> String {
    let error = failure.error
    let place = error.offset.map { ", offset \($0)" } ?? ""
    let advice =
      switch error.code {
      case .truncated: "the file is incomplete, so fetch or write it again"
      case .notRecognized: "give a .bht archive"
      case .checksumMismatch: "the file is damaged, so take a fresh copy"
      case .outOfBounds, .invalid:
        "the file is damaged or its writer was wrong, so take a fresh copy or write it again"
      case .unsupported: "a newer bhtpack may read it"
      }
    return "\(failure.name)\(place): \(error.what); \(advice)"
  }
}
