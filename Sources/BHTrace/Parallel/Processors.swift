internal import Glibc

/// The processors of the machine.
public enum Processors {
  /// How many the process may use, at least 1.
  public static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
