/// Chunks by number: for each of many things those it occurs in.
///
/// ```
/// Posting := head varint    0: any chunks, not known which; 1: none; else chunks · 2 + form
///            form 0: for each chunk: the first as it is, then the distance to the previous one less 1,
///                    varint
///            form 1: ⌈chunks of the segment / 8⌉ bytes; bit n, from the lowest of the first byte on:
///                    chunk n is one of them; the bits behind the last chunk are 0
/// ```
/// A writer takes the shorter form, 0 of equals. Of what occurs in more than a quarter of the chunks it
/// writes no more than that: passing over the rest would not save what naming them costs.
struct PostingLists: Sendable, Equatable {
  /// For each thing where its chunks begin in `chunks`, and at last their end.
  private var starts: [Int]
  private var chunks: [UInt32]

  /// The number of things.
  var count: Int { starts.count - 1 }

  /// The chunks of thing number `number`, ascending.
  subscript(number: Int) -> ArraySlice<UInt32> { chunks[starts[number]..<starts[number + 1]] }

  /// The lists of `count` things; `found` has for each chunk those in it, each once.
  init(count: Int, found: [[UInt32]]) {
    starts = [Int](repeating: 0, count: count + 1)
    for numbers in found {
      for number in numbers { starts[Int(number) + 1] += 1 }
    }
    for number in 0..<count { starts[number + 1] += starts[number] }
    chunks = [UInt32](repeating: 0, count: starts[count])
    var next = starts
    for (chunk, numbers) in found.enumerated() {
      for number in numbers {
        chunks[next[Int(number)]] = UInt32(chunk)
        next[Int(number)] += 1
      }
    }
  }

  /// What occurs in more than one chunk of so many may be in any.
  static let leastChoice = 4

  /// Appends the posting of `chunks`, ascending ones of a segment of `chunkCount`.
  static func encode(
    _ chunks: ArraySlice<UInt32>, chunkCount: Int, to writer: inout ByteWriter
  ) {
    if chunks.isEmpty { return writer.varint(1) }
    if chunks.count * leastChoice > chunkCount { return writer.varint(0) }
    let before = writer.count
    writer.varint(chunks.count * 2)
    let start = writer.count
    var next: UInt32 = 0
    for chunk in chunks {
      writer.varint(UInt64(chunk - next))
      next = chunk + 1
    }
    let bytes = (chunkCount + 7) / 8
    if writer.count - start <= bytes { return }
    writer.truncate(to: before)
    writer.varint(chunks.count * 2 + 1)
    var bits = [UInt8](repeating: 0, count: bytes)
    for chunk in chunks { bits[Int(chunk >> 3)] |= 1 << UInt8(chunk & 7) }
    writer.append(bits)
  }

  /// Reads a posting; `body` gets its chunks, ascending, unless it may be any: then true comes back.
  static func decode(
    chunkCount: Int, from cursor: inout ByteCursor, _ body: (Int) -> Void
  ) throws(FormatError) -> Bool {
    let at = cursor.base + cursor.position
    let head = try cursor.count(upTo: chunkCount * 2 + 1, "the number of chunks of a posting")
    if head == 0 { return true }
    let count = head / 2
    if head == 1 { return false }
    if head & 1 == 0 {
      var next = 0
      for _ in 0..<count {
        next += try cursor.count(upTo: chunkCount - 1 - next, "a chunk of a posting")
        body(next)
        next += 1
      }
      return false
    }
    let range = try cursor.take((chunkCount + 7) / 8, "a posting")
    var found = 0
    for (index, position) in range.enumerated() {
      var bits = cursor.bytes.byte(at: position)
      while bits != 0 {
        let chunk = index * 8 + bits.trailingZeroBitCount
        bits &= bits - 1
        guard chunk < chunkCount else {
          throw FormatError(.outOfBounds, at: at, "a posting names chunk \(chunk) of \(chunkCount)")
        }
        body(chunk)
        found += 1
      }
    }
    guard found == count else {
      throw FormatError(
        .invalid, at: at, "a posting is said to have \(count) chunks and has \(found)")
    }
    return false
  }
}
