/// Where something stands in the text of a query: from its first byte to the byte after its last.
///
/// All ranges are equal: what a query says does not depend on where in a text it says it.
package struct QueryRange: Sendable, Hashable {
  /// Offset of the first byte.
  package var start: Int
  /// Offset of the byte after the last.
  package var end: Int

  /// The bytes `start..<end` of the text.
  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// For what was not read from a text.
  package static let nowhere = QueryRange(0, 0)

  /// From the start of this range to the end of `other`.
  package func through(_ other: QueryRange) -> QueryRange { QueryRange(start, other.end) }

  package static func == (left: QueryRange, right: QueryRange) -> Bool { true }

  package func hash(into hasher: inout Hasher) {}
}
