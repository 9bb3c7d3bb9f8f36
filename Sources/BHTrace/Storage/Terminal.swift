internal import Glibc

/// What the process's surroundings say about how to print.
package enum Terminal {
  /// Whether standard output goes to a terminal.
  package static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error goes to a terminal.
  package static var showsErrors: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns of the terminal that standard output goes to; what COLUMNS says where that is set;
  /// nil where there is no terminal.
  package static var width: Int? {
    if let stated = environment("COLUMNS").flatMap({ Int($0) }), stated > 0 { return stated }
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// The environment variable `name`; nil where it is not set.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
