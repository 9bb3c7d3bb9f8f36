/// Numbers of attributes as unsigned integers in the same order: what bounds are kept of.
enum NumberOrder {
  /// The order of an int: its sign bit inverted.
  @inline(__always)
  static func ofInt(_ bits: UInt64) -> UInt64 { bits ^ 1 << 63 }

  /// The int whose order is `order`.
  static func int(_ order: UInt64) -> Int64 { Int64(bitPattern: order ^ 1 << 63) }

  /// The largest order of a double.
  static let largestDouble: UInt64 = 0xFFFF

  /// The order of a double that is a number: of its bits, all inverted where it is negative, else
  /// the sign bit, the top 16.
  @inline(__always)
  static func ofDouble(_ bits: UInt64) -> UInt64 {
    (bits >> 63 == 1 ? ~bits : bits | 1 << 63) >> 48
  }

  /// The bits of a double whose order has these 64 bits before it is cut to 16.
  private static func double(_ ordered: UInt64) -> Double {
    Double(bitPattern: ordered >> 63 == 1 ? ordered ^ 1 << 63 : ~ordered)
  }

  /// The least number of order `order`.
  static func leastDouble(_ order: UInt64) -> Double {
    let value = double(order << 48)
    return value.isNaN ? -.infinity : value
  }

  /// The greatest number of order `order`.
  static func greatestDouble(_ order: UInt64) -> Double {
    let value = double(order << 48 | 0xFFFF_FFFF_FFFF)
    return value.isNaN ? .infinity : value
  }
}

/// What is known of the numbers that an attribute has in a chunk.
package enum NumberBounds: Sendable, Equatable {
  /// Nothing: there may be any.
  case unknown
  /// There are none.
  case none
  case ints(ClosedRange<Int64>)
  /// Rounded outwards.
  case doubles(ClosedRange<Double>)
}
