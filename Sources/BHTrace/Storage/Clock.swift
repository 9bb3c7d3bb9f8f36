internal import Glibc

/// The time of day and the zone it is told in, for what is to look recent and for times as people
/// type them; nothing an archive holds depends on it.
package enum Clock {
  /// Nanoseconds since the Unix epoch.
  package static var nanosecondsSinceEpoch: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// How far (seconds) local time lies east of UTC at a moment, in seconds since the Unix epoch: in
  /// the zone that TZ names, else the machine's.
  package static func localOffset(at seconds: Int) -> Int {
    var moment = time_t(seconds)
    var local = unsafe tm()
    guard unsafe localtime_r(&moment, &local) != nil else { return 0 }
    return Int(unsafe local.tm_gmtoff)
  }

  /// The same at the moment a clock on the wall shows `wall`, as seconds from 1970 counted on it.
  /// Of the hour it shows twice in autumn one is meant; one it never shows counts on from before.
  package static func localOffset(ofWall wall: Int) -> Int {
    let guess = localOffset(at: wall)
    return localOffset(at: wall - localOffset(at: wall - guess))
  }
}
