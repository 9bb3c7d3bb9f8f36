internal import Glibc

/// The processors of the machine.
package enum Processors {
  /// How many the process may use, at least 1.
  package static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
