/// A column of integers, bit-packed over their minimum, with exceptions.
///
/// ```
/// Column := Run*                     runs of at most 256 values, the last may be shorter
/// Run    := base varint              the smallest value of the run
///           width (1)                0...56: bits kept of each value minus base
///           exceptions varint        how many values need more bits
///           packed                   ⌈values · width / 8⌉ bytes, least significant bit first
///           (position varint, high varint)*
///                                    distance to the previous exception, bits above width
/// ```
/// How many values there are is known from elsewhere. The width chosen is the one that makes the
/// run shortest, the smallest of equals.
enum PackedColumn {
  static let runLength = 256
  static let largestWidth = 56

  static func encode(_ values: [UInt64], to writer: inout ByteWriter) {
    var first = 0
    while first < values.count {
      let end = min(first + runLength, values.count)
      encodeRun(values[first..<end], to: &writer)
      first = end
    }
  }

  private static func encodeRun(_ values: ArraySlice<UInt64>, to writer: inout ByteWriter) {
    guard let base = values.min() else { return }
    // histogram[w] = values whose distance from the base needs exactly w bits
    var histogram = [Int](repeating: 0, count: 65)
    for value in values { histogram[64 - (value - base).leadingZeroBitCount] += 1 }
    var best = (cost: Int.max, width: 0)
    for width in 0...largestWidth {
      var cost = (values.count * width + 7) / 8
      for needed in (width + 1)..<65 where histogram[needed] > 0 {
        cost += histogram[needed] * (1 + (needed - width + 6) / 7)
      }
      if cost < best.cost { best = (cost, width) }
    }
    let width = best.width
    let mask: UInt64 = width == 0 ? 0 : UInt64.max >> UInt64(64 - width)
    let exceptions = histogram[(width + 1)...].reduce(0, +)
    writer.varint(base)
    writer.byte(UInt8(width))
    writer.varint(exceptions)
    if width > 0 {
      var bits = BitWriter()
      for value in values { bits.append((value - base) & mask, width) }
      bits.finish()
      writer.append(bits.bytes)
    }
    if exceptions == 0 { return }
    var previous = values.startIndex
    for (index, value) in zip(values.indices, values) where (value - base) & ~mask != 0 {
      writer.varint(index - previous)
      writer.varint((value - base) >> UInt64(width))
      previous = index
    }
  }

  /// Throws `outOfBounds` where `count` values cannot lie in what is left of `cursor`: a run of 256
  /// takes three bytes at least, so that no memory is taken for a lying count.
  static func require(
    _ count: Int, in cursor: borrowing ByteCursor, _ what: String
  ) throws(FormatError) {
    let most = cursor.remaining / 3
    guard count / runLength <= most else {
      throw FormatError(
        .outOfBounds, at: cursor.base + cursor.position,
        "packed columns of \(what) are said to have \(count) values, more than \(cursor.remaining) "
          + "bytes can hold")
    }
  }

  /// The next `count` values.
  static func decode(
    count: Int, from cursor: inout ByteCursor
  ) throws(FormatError) -> [UInt64] {
    var values: [UInt64] = []
    values.reserveCapacity(count)
    try decode(count: count, from: &cursor, into: &values)
    return values
  }

  /// Appends `count` decoded values to `values`.
  static func decode(
    count: Int, from cursor: inout ByteCursor, into values: inout [UInt64]
  ) throws(FormatError) {
    var left = count
    while left > 0 {
      let run = min(left, runLength)
      try decodeRun(run, from: &cursor, into: &values)
      left -= run
    }
  }

  private static func decodeRun(
    _ count: Int, from cursor: inout ByteCursor, into values: inout [UInt64]
  ) throws(FormatError) {
    let base = try cursor.varint()
    let width = Int(try cursor.byte())
    guard width <= largestWidth else {
      throw FormatError(
        .invalid, at: cursor.base + cursor.position - 1,
        "a packed column has values of \(width) bits, more than \(largestWidth)")
    }
    let exceptions = try cursor.count(upTo: count, "the number of exceptions of a packed column")
    let packed = try cursor.take((count * width + 7) / 8, "a packed column")
    let first = values.count
    if width == 0 {
      values.append(contentsOf: repeatElement(base, count: count))
    } else {
      let mask = UInt64.max >> UInt64(64 - width)
      var bits = BitReader(cursor.bytes.extracting(packed))
      for _ in 0..<count {
        values.append(base &+ (bits.next & mask))
        bits.skip(width)
      }
    }
    var position = first
    for _ in 0..<exceptions {
      position += try cursor.count(upTo: values.count - 1 - position, "an exception's position")
      let high = try cursor.varint()
      values[position] = values[position] &+ (high << UInt64(width))
    }
  }
}
