internal import Glibc

/// The time of day, for what is to look recent; nothing an archive holds depends on it.
package enum Clock {
  /// Nanoseconds since the Unix epoch.
  package static var nanosecondsSinceEpoch: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
