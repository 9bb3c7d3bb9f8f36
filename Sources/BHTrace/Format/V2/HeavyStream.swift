/// A part of the HEAVY stream of a chunk, and what of it was asked for in vain.
struct HeavyStream {
  /// What is at hand: parts of the stream in ascending order.
  private(set) var parts: [(offset: Int, bytes: [UInt8])] = []
  /// The length of the whole stream.
  let count: Int
  /// What was asked for and is not at hand.
  private(set) var missing: [Range<Int>] = []

  init(count: Int = 0) { self.count = count }

  /// Takes in a part that was read, and forgets what was missing.
  mutating func add(_ offset: Int, _ bytes: [UInt8]) {
    let place = parts.firstIndex { $0.offset > offset } ?? parts.count
    parts.insert((offset, bytes), at: place)
  }

  /// Forgets what was asked for in vain.
  mutating func beginPass() { missing.removeAll() }

  /// Appends the bytes at `offset` to `output`; where they are not at hand, appends nothing, notes
  /// that they are missing and answers false.
  mutating func append(
    _ offset: Int, _ count: Int, to output: inout [UInt8]
  ) throws(FormatError) -> Bool {
    guard try require(offset, count) else { return false }
    var position = offset
    let end = offset + count
    var index = firstPart(endingAfter: position)
    while position < end {
      let part = parts[index]
      let upper = min(end, part.offset + part.bytes.count)
      output.append(
        part.bytes.rawSpan, (position - part.offset)..<(upper - part.offset))
      position = upper
      index += 1
    }
    return true
  }

  /// Whether the bytes at `offset` are at hand; what of them is not is noted as missing.
  mutating func require(_ offset: Int, _ count: Int) throws(FormatError) -> Bool {
    guard offset <= self.count, count <= self.count - offset else {
      throw FormatError(
        .outOfBounds, at: nil,
        "a value is said to lie at \(offset) of a HEAVY stream of \(self.count) bytes")
    }
    var position = offset
    let end = offset + count
    var index = firstPart(endingAfter: position)
    while position < end && index < parts.count && parts[index].offset <= position {
      position = parts[index].offset + parts[index].bytes.count
      index += 1
    }
    if position < end { missing.append(position..<end) }
    return position >= end
  }

  /// The first part that ends behind `position`.
  private func firstPart(endingAfter position: Int) -> Int {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      let part = parts[middle]
      if part.offset + part.bytes.count <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
