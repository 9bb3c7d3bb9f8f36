/// What is mended in the spans of an input while they are read, on request only: without it they are
/// what the input says.
public struct InputMending: Sendable, Equatable {
  /// The units in which programs write times.
  public enum TimeUnit: String, Sendable, CaseIterable {
    /// Seconds.
    case seconds = "s"
    /// Milliseconds.
    case milliseconds = "ms"
    /// Microseconds.
    case microseconds = "us"
    /// Nanoseconds.
    case nanoseconds = "ns"

    /// How many nanoseconds one of them is.
    package var step: UInt64 {
      switch self {
      case .seconds: 1_000_000_000
      case .milliseconds: 1_000_000
      case .microseconds: 1_000
      case .nanoseconds: 1
      }
    }
  }

  /// Ids that are the text of an id become that id; spans with a trace id or span id of zeros, or
  /// none, get one of their own, made of what they say.
  public var repairsIDs = false
  /// The unit the input's times are in, where its writer did not keep to that of the format.
  public var timeUnit: TimeUnit?

  /// Nothing to be mended.
  public init() {}
}
