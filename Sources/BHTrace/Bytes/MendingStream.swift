/// Something a stream mended on the way, and how often.
struct StreamRepair {
  /// What was done.
  var what: String
  /// How often.
  var count: Int
}

/// A stream that hands out other bytes than it gets, and says where that is more than another way
/// to write the same.
protocol MendingStream: ByteStream, AnyObject {
  /// What was mended so far.
  var repairs: [StreamRepair] { get }
}
