internal import Glibc
internal import Synchronization

/// What the process's surroundings say about how to print.
package enum Terminal {
  /// Whether standard output goes to a terminal.
  package static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error goes to a terminal.
  package static var showsErrors: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns of the terminal that standard output goes to; what COLUMNS says where that is set;
  /// nil where there is no terminal.
  package static var width: Int? { width(of: STDOUT_FILENO) }

  /// The same of the terminal that standard error goes to.
  package static var errorWidth: Int? { width(of: STDERR_FILENO) }

  private static func width(of stream: Int32) -> Int? {
    if let stated = environment("COLUMNS").flatMap({ Int($0) }), stated > 0 { return stated }
    var size = winsize()
    guard unsafe ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// What takes the line away that the cursor is in.
  package static let clearLine = "\r\u{1B}[K"

  private static let hasProgress = Atomic<Bool>(false)

  /// Notes whether standard error ends with a line of progress.
  package static func noteProgress(_ isShown: Bool) {
    hasProgress.store(isShown, ordering: .relaxed)
  }

  /// Takes a line of progress away that a process about to end would leave. Async-signal-safe once
  /// `noteProgress` was called.
  package static func clearAtSignal() {
    if !hasProgress.exchange(false, ordering: .relaxed) { return }
    _ = unsafe write(STDERR_FILENO, "\r\u{1B}[K", 4)
  }

  /// The environment variable `name`; nil where it is not set.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
