internal import Glibc
internal import Synchronization

/// A program that shows page by page what is written to it.
package final class Pager {
  /// What it shows is written here; nil once it was told that this is all.
  package private(set) var stream: StandardStream?
  private let process: pid_t

  // For a signal handler, which takes no lock: the pager that runs (0 where none does), and the
  // number of the pipe to it.
  private static let running = Atomic<pid_t>(0)
  private static let pipeEnd = Atomic<Int32>(-1)

  /// Has the shell run `command`, which may have arguments. Nil where that cannot be done.
  package init?(command: String) {
    var ends: [Int32] = [0, 0]
    guard unsafe Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    // What less needs to be told: to end by itself where everything fits, to show colours, to leave
    // what was shown. Whoever has set it wants something else.
    _ = unsafe setenv("LESS", "FRX", 0)
    _ = unsafe setenv("LV", "-c", 0)
    guard let process = Self.spawn(command, input: ends[0]) else {
      close(ends[1])
      return nil
    }
    self.process = process
    stream = StandardStream(owning: ends[1], "the pager")
    Self.pipeEnd.store(ends[1], ordering: .releasing)
    Self.running.store(process, ordering: .releasing)
  }

  /// Starts `command` with `input` as its standard input, and signals as a shell would have them.
  private static func spawn(_ command: String, input: Int32) -> pid_t? {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
      strdup("sh"), strdup("-c"), strdup(command), nil,
    ]
    defer {
      var rest = unsafe arguments[...]
      while let argument = unsafe rest.popFirst() { unsafe free(argument) }
    }
    var process: pid_t = 0
    guard
      unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ) == 0
    else { return nil }
    return process
  }

  /// Says that this is all, and waits until the reader has seen enough.
  package func finish() {
    if stream == nil { return }
    Self.pipeEnd.store(-1, ordering: .releasing)
    stream = nil
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    Self.running.store(0, ordering: .releasing)
  }

  /// Waits for the pager that runs, so that a process that is about to end leaves it the terminal.
  /// Async-signal-safe once `prepare` was called.
  package static func waitAtSignal() {
    let process = running.exchange(0, ordering: .acquiringAndReleasing)
    if process == 0 { return }
    let number = pipeEnd.exchange(-1, ordering: .acquiringAndReleasing)
    if number >= 0 { close(number) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }

  /// Makes what `waitAtSignal` looks at.
  package static func prepare() {
    _ = running.load(ordering: .relaxed)
    _ = pipeEnd.load(ordering: .relaxed)
  }

  /// Whether a program of this name is on the path.
  package static func isInstalled(_ name: String) -> Bool {
    (Terminal.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
      .contains { unsafe access("\($0)/\(name)", X_OK) == 0 }
  }
}
