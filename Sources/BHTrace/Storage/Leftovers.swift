internal import Glibc

/// Temporary files of processes that were killed before they could remove them.
enum Leftovers {
  private static let (start, end) = (".bht-", ".tmp")

  /// A name for a temporary file of this process: `.bht-PID-NUMBER.tmp`.
  static func name() -> String {
    let number = UInt64.random(in: .min ... .max)
    return "\(start)\(getpid())-\(String(number, radix: 16))\(end)"
  }

  /// Removes the temporary files in `folder` whose processes are gone and that nobody has locked;
  /// answers with their paths. What cannot be told for sure stays.
  static func remove(in folder: String) -> [String] {
    guard let listing = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(listing) }
    var removed: [String] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      guard let process = process(of: name), isGone(process) else { continue }
      let path = folder + "/" + name
      if isUnlockedFile(path), unsafe unlink(path) == 0 { removed.append(path) }
    }
    return removed.sorted()
  }

  /// The process that `name` says made the file; nil where it is no name of ours.
  private static func process(of name: String) -> pid_t? {
    guard name.hasPrefix(start), name.hasSuffix(end) else { return nil }
    let parts = name.dropFirst(start.count).dropLast(end.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, UInt64(parts[1], radix: 16) != nil else { return nil }
    return pid_t(parts[0]).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func isGone(_ process: pid_t) -> Bool {
    kill(process, 0) == -1 && errno == ESRCH
  }

  /// Whether there is a regular file that nobody holds: one that is being written on another
  /// machine, or in another container, is locked.
  private static func isUnlockedFile(_ path: String) -> Bool {
    let number = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if number < 0 { return false }
    defer { close(number) }
    var status = stat()
    return unsafe fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && flock(number, LOCK_EX | LOCK_NB) == 0
  }
}
