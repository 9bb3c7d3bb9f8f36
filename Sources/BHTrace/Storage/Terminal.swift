internal import Glibc

/// What the process's surroundings say about how to print.
package enum Terminal {
  /// Whether standard output goes to a terminal.
  package static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error goes to a terminal.
  package static var showsErrors: Bool { isatty(STDERR_FILENO) == 1 }

  /// The environment variable `name`; nil where it is not set.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
