/// In which chunks of a segment occurs what its NAMES and TABLES list, and which ints.
///
/// ```
/// POSTINGS := Page, zstd, of
///   postings         (`PostingLists`), in this order, of:
///                    each operation of NAMES, resource, scope;
///                    each span shape, in the order of TABLES; spans that say their shape themselves;
///                    each event shape; events that say their shape themselves;
///                    each link shape; links that say their shape themselves;
///                    each value of the value tables, in the order of TABLES
///   words varint     of kind int, for each:
///     word varint    distance to the previous one
///     values varint  1...256, for each, ascending:
///       value        the first: signed varint; then the distance to the previous one less 1, varint
///     postings       of each of these values
/// ```
/// A shape is in a chunk where a span (event, link) of it is; a value of a table where a slot that is no
/// constant of its shape has it. A word is listed where all its values in slots that are no constants
/// are, of spans, events and links alike.
struct Postings: Sendable {
  /// What has a posting.
  enum Entry: Sendable, Equatable {
    case operation(Int)
    case resource(Int)
    case scope(Int)
    /// Shape number `shape` of an operation.
    case spanShape(operation: Int, shape: Int)
    case inlineSpans
    case eventShape(Int)
    case inlineEvents
    case linkShape(Int)
    case inlineLinks
    /// Value number `value` of the table of a word.
    case value(SlotWord, value: Int)
  }

  /// An int word all of whose values are known.
  struct Integers: Sendable, Equatable {
    var word: SlotWord
    /// Ascending.
    var values: [Int64]
    /// The number of the first value's posting.
    var first: Int
  }

  /// A word has at most so many values.
  static let mostIntegers = 256

  let chunkCount: Int
  let layout: PostingLayout
  private(set) var integers: [Integers] = []
  private let content: [UInt8]
  /// For each posting where it begins in `content`.
  private var places: [UInt32] = []

  /// The content of the section of `lists`: first the postings of `layout`, then those of `integers`.
  static func encode(
    _ lists: PostingLists, _ layout: PostingLayout, integers: [Integers], chunkCount: Int
  ) -> [UInt8] {
    var content = ByteWriter(capacity: lists.count * 4)
    for number in 0..<layout.count {
      PostingLists.encode(lists[number], chunkCount: chunkCount, to: &content)
    }
    content.varint(integers.count)
    var previous: UInt32 = 0
    for word in integers {
      content.varint(UInt64(word.word.rawValue - previous))
      previous = word.word.rawValue
      content.varint(word.values.count)
      for (index, value) in word.values.enumerated() {
        if index == 0 {
          content.signedVarint(value)
        } else {
          content.varint(UInt64(bitPattern: value &- word.values[index - 1]) - 1)
        }
      }
      for number in word.first..<(word.first + word.values.count) {
        PostingLists.encode(lists[number], chunkCount: chunkCount, to: &content)
      }
    }
    return content.bytes
  }

  /// Decodes the content of the section, which lies at `offset` of the file, of a segment of
  /// `chunkCount` chunks.
  static func decode(
    _ content: [UInt8], _ layout: PostingLayout, chunkCount: Int, at offset: Int
  ) throws(FormatError) -> Postings {
    var postings = Postings(content, layout, chunkCount: chunkCount)
    var cursor = ByteCursor(content.rawSpan, base: offset)
    try cursor.require(layout.count, "the postings of a segment")
    postings.places.reserveCapacity(layout.count)
    try postings.pass(layout.count, &cursor)
    let words = try cursor.count(upTo: cursor.remaining, "the number of int words")
    var raw: UInt32 = 0
    for index in 0..<words {
      let at = cursor.base + cursor.position
      let step = try cursor.count(upTo: Int(UInt32.max - raw), "the slot word of ints")
      raw += UInt32(step)
      let word = SlotWord(rawValue: raw)
      guard index == 0 || step > 0, word.kind == .int else {
        throw FormatError(.invalid, at: at, "POSTINGS have no ints of the word \(raw)")
      }
      let values = try Self.values(from: &cursor)
      postings.integers.append(
        Integers(word: word, values: values, first: postings.places.count))
      try postings.pass(values.count, &cursor)
    }
    try cursor.requireEnd("POSTINGS")
    return postings
  }

  private init(_ content: [UInt8], _ layout: PostingLayout, chunkCount: Int) {
    self.content = content
    self.layout = layout
    self.chunkCount = chunkCount
  }

  /// Steps over `count` postings, checks them and notes where they are.
  private mutating func pass(_ count: Int, _ cursor: inout ByteCursor) throws(FormatError) {
    for _ in 0..<count {
      places.append(UInt32(cursor.position))
      _ = try PostingLists.decode(chunkCount: chunkCount, from: &cursor) { _ in }
    }
  }

  private static func values(from cursor: inout ByteCursor) throws(FormatError) -> [Int64] {
    let at = cursor.base + cursor.position
    let count = try cursor.count(
      upTo: min(mostIntegers, cursor.remaining), "the number of values of a word")
    guard count > 0 else {
      throw FormatError(.invalid, at: at, "a word is listed in POSTINGS without values")
    }
    var values = [try cursor.signedVarint()]
    for _ in 1..<count {
      let at = cursor.base + cursor.position
      let last = values[values.count - 1]
      let distance = try cursor.varint()
      guard distance < UInt64(bitPattern: Int64.max &- last) else {
        throw FormatError(.outOfBounds, at: at, "the ints of a word lie beyond 64 bits")
      }
      values.append(last &+ Int64(bitPattern: distance &+ 1))
    }
    return values
  }

  /// The chunks that may have `entry`, all others do not; nil for one the segment does not list.
  func chunks(of entry: Entry) -> ChunkSet? { layout.number(of: entry).map(chunks) }

  /// The chunks in which a slot of the int word `word` that is no constant may have `value`, in no
  /// others it has; nil where that is not known.
  func chunks(ofInt value: Int64, _ word: SlotWord) -> ChunkSet? {
    guard let known = integers.first(where: { $0.word == word }) else { return nil }
    guard let index = known.values.firstIndex(of: value) else {
      return ChunkSet(noneOf: chunkCount)
    }
    return chunks(known.first + index)
  }

  /// The chunks of posting number `number`.
  private func chunks(_ number: Int) -> ChunkSet {
    var set = ChunkSet(noneOf: chunkCount)
    let start = Int(places[number])
    var cursor = ByteCursor(content.rawSpan.extracting(start..<content.count))
    do {
      let isAny = try PostingLists.decode(chunkCount: chunkCount, from: &cursor) { set.insert($0) }
      return isAny ? ChunkSet(allOf: chunkCount) : set
    } catch {
      // Every posting was checked when the section was decoded: it may be anywhere.
      return ChunkSet(allOf: chunkCount)
    }
  }
}

/// How the things that NAMES and TABLES list are numbered in POSTINGS.
struct PostingLayout: Sendable, Equatable {
  let operations: Range<Int>
  let resources: Range<Int>
  let scopes: Range<Int>
  /// For each operation its shapes.
  let spanShapes: [Range<Int>]
  let inlineSpans: Int
  let eventShapes: Range<Int>
  let inlineEvents: Int
  let linkShapes: Range<Int>
  let inlineLinks: Int
  /// For each value table its values, by word, ascending.
  let values: [Values]
  /// How many there are.
  let count: Int

  struct Values: Sendable, Equatable {
    var word: SlotWord
    var numbers: Range<Int>
  }

  /// The numbers of what `tables` list, of all operations too.
  init(_ tables: SegmentTables) {
    var next = 0
    func take(_ count: Int) -> Range<Int> {
      defer { next += count }
      return next..<(next + count)
    }
    operations = take(tables.spanShapes.count)
    resources = take(tables.catalog.resources.count)
    scopes = take(tables.catalog.scopes.count)
    spanShapes = tables.spanShapes.map { take($0.count) }
    inlineSpans = take(1).lowerBound
    eventShapes = take(tables.eventShapes.count)
    inlineEvents = take(1).lowerBound
    linkShapes = take(tables.linkShapes.count)
    inlineLinks = take(1).lowerBound
    values = tables.values.map { Values(word: $0.word, numbers: take($0.values.count)) }
    count = next
  }

  /// The number of `entry`, or nil where there is no such one.
  func number(of entry: Postings.Entry) -> Int? {
    func number(_ index: Int, _ range: Range<Int>) -> Int? {
      range.indices.contains(range.lowerBound + index) ? range.lowerBound + index : nil
    }
    switch entry {
    case .operation(let index): return number(index, operations)
    case .resource(let index): return number(index, resources)
    case .scope(let index): return number(index, scopes)
    case .spanShape(let operation, let shape):
      return spanShapes.indices.contains(operation) ? number(shape, spanShapes[operation]) : nil
    case .inlineSpans: return inlineSpans
    case .eventShape(let index): return number(index, eventShapes)
    case .inlineEvents: return inlineEvents
    case .linkShape(let index): return number(index, linkShapes)
    case .inlineLinks: return inlineLinks
    case .value(let word, let index):
      return values.first { $0.word == word }.flatMap { number(index, $0.numbers) }
    }
  }
}
