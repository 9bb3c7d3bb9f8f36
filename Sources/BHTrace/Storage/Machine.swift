internal import Glibc

/// What the machine has to work with.
public enum Machine {
  /// How many threads can run at the same time.
  public static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The folder for files that are needed for a while only.
  public static var temporaryFolder: String {
    guard let folder = Terminal.environment("TMPDIR"), !folder.isEmpty else { return "/tmp" }
    return folder
  }
}

/// Time that passed on the clock on the wall.
struct Stopwatch {
  private let start = ContinuousClock.now

  /// Seconds since it was made.
  var seconds: Double { (ContinuousClock.now - start).asSeconds }
}

extension Duration {
  /// The duration in seconds.
  var asSeconds: Double {
    let (whole, fraction) = components
    return Double(whole) + Double(fraction) * 1e-18
  }
}
