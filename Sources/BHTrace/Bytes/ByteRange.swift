/// A run of bytes in an arena: how names, values and ids are held, so that no string is made
/// before a person has to read it.
public struct ByteRange: Sendable, Hashable {
  /// The first byte, counted from the start of the arena.
  public var offset: UInt32
  /// The number of bytes.
  public var count: UInt32

  /// No bytes.
  public static let empty = ByteRange(offset: 0, count: 0)

  /// A run of `count` bytes from `offset`, both below 4 GiB.
  public init(offset: UInt32, count: UInt32) {
    self.offset = offset
    self.count = count
  }

  /// A run of `count` bytes from `offset`; both have to be in 0..<2^32, as a batch's arena is.
  @inlinable
  public init(_ offset: Int, _ count: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// Whether the run has no bytes.
  @inlinable public var isEmpty: Bool { count == 0 }

  /// The run as a range of positions.
  @inlinable public var positions: Range<Int> { Int(offset)..<(Int(offset) + Int(count)) }
}

/// A run of records in one of a batch's arrays (the attributes of a span, say).
public struct RecordRange: Sendable, Hashable {
  /// Index of the first record.
  public var first: UInt32
  /// The number of records.
  public var count: UInt32

  /// No records.
  public static let empty = RecordRange(first: 0, count: 0)

  /// `count` records from index `first`.
  public init(first: UInt32, count: UInt32) {
    self.first = first
    self.count = count
  }

  /// `count` records from index `first`; both have to be in 0..<2^32.
  @inlinable
  public init(_ first: Int, _ count: Int) {
    self.first = UInt32(truncatingIfNeeded: first)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// The run as a range of indices.
  @inlinable public var indices: Range<Int> { Int(first)..<(Int(first) + Int(count)) }
}
