/// Finds the bounds of each chunk of a segment.
///
/// Of number keys those are kept that are worth it. A chunk is worth as much as of the word's range in
/// the segment lies outside its bounds (in 256ths, rounded down; all where it has no value, nothing
/// where it has any). A word's chunks have to be worth a quarter of them all. Of these words the ones
/// worth most a byte come first, of equals the one with the lower word, as long as all together take no
/// more than a byte for 32 spans.
struct ZoneMiner {
  /// The worth of a chunk that is passed over whatever is asked.
  private static let whole: UInt64 = 256
  /// Spans for each byte that number keys may take.
  private static let spansPerByte = 32

  /// The numbers of one word in one chunk.
  private struct Found: Sendable {
    /// Key number · 2, + 1 for doubles.
    var place: Int
    var least: UInt64
    var greatest: UInt64
    var isAny: Bool
  }

  /// What one worker keeps from chunk to chunk.
  private struct Room {
    /// For each place which one of `found` it is, or -1.
    var indices: [Int32]
    var found: [Found] = []
  }

  /// The bounds of all `chunks`.
  static func zones(_ chunks: MinedChunks, threads: Int) -> Zones {
    let places = chunks.mined.tables.keys.count * 2
    let all = Parallel.map(
      chunks.count, threads: threads, state: Room(indices: [Int32](repeating: -1, count: places))
    ) { chunk, room in
      (bounds: bounds(chunks, chunk), numbers: numbers(chunks, chunk, &room))
    }
    var zones = Zones()
    zones.chunks = all.map(\.bounds)
    zones.numbers = chosen(all.map(\.numbers), places, spans: chunks.spanCount)
    return zones
  }

  private static func bounds(_ chunks: MinedChunks, _ chunk: Int) -> Zones.Bounds {
    let page = chunks.pages[chunk]
    let chunkStart = page.traces.first?.start ?? 0
    var bounds = Zones.Bounds()
    for trace in page.traces {
      var latest: UInt64 = 0
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let end = max(page.starts[span], page.ends[span])
        latest = max(latest, end)
        bounds.longestSpan = max(bounds.longestSpan, end - page.starts[span])
        if page.marks[span].contains(.error) { bounds.errors += 1 }
        let kind = chunks.mined.names.operations[Int(page.operations[span])].kind
        bounds.kinds |= Zones.kindBit(kind)
      }
      if latest > chunkStart { bounds.latestEnd = max(bounds.latestEnd, latest - chunkStart) }
      if latest > trace.start {
        bounds.longestTrace = max(bounds.longestTrace, latest - trace.start)
      }
    }
    if page.piecePosition != nil { bounds.longestTrace = chunks.longestTraces[chunk] }
    return bounds
  }

  private static func numbers(
    _ chunks: MinedChunks, _ chunk: Int, _ room: inout Room
  ) -> [Found] {
    chunks.forEachSpanSlot(chunk) { slot, run in
      let kind = slot.word.kind
      guard kind == .int || kind == .double, slot.word.key >= FieldKey.attributeBase else { return }
      let key = Int(run.numbers.word(slot.word).key - FieldKey.attributeBase)
      let isNaN = kind == .double && Double(bitPattern: slot.bits).isNaN
      let order =
        kind == .int ? NumberOrder.ofInt(slot.bits) : isNaN ? 0 : NumberOrder.ofDouble(slot.bits)
      let place = key * 2 + (kind == .double ? 1 : 0)
      let index = Int(room.indices[place])
      if index < 0 {
        room.indices[place] = Int32(room.found.count)
        room.found.append(Found(place: place, least: order, greatest: order, isAny: isNaN))
        return
      }
      if order < room.found[index].least { room.found[index].least = order }
      if order > room.found[index].greatest { room.found[index].greatest = order }
      if isNaN { room.found[index].isAny = true }
    }
    for found in room.found { room.indices[found.place] = -1 }
    defer { room.found.removeAll(keepingCapacity: true) }
    return room.found
  }

  /// Those of the words `found` in the chunks that are worth their bytes, by word.
  private static func chosen(_ found: [[Found]], _ places: Int, spans: Int) -> [Zones.Numbers] {
    let words = NumberWords(found, places)
    var candidates: [(place: Int, worth: UInt64, bytes: Int)] = []
    for place in 0..<places {
      guard let word = words[place] else { continue }
      let worth = worth(word)
      if worth * 4 >= UInt64(found.count) * whole {
        candidates.append((place, worth, word.encodedCount + 2))
      }
    }
    candidates.sort { a, b in
      let (left, right) = (a.worth * UInt64(b.bytes), b.worth * UInt64(a.bytes))
      return left == right ? a.place < b.place : left > right
    }
    var kept: [Int] = []
    var room = spans / spansPerByte
    let most = Zones.largestTable / max(1, found.count)
    for candidate in candidates {
      if candidate.bytes > room || kept.count == most { break }
      room -= candidate.bytes
      kept.append(candidate.place)
    }
    return kept.sorted().compactMap { words[$0] }
  }

  private static func worth(_ word: Zones.Numbers) -> UInt64 {
    var range: UInt64 = 0
    for (extent, minimum) in zip(word.extents, word.minima)
    where extent > 0 && extent != Zones.Numbers.any { range = max(range, minimum + (extent - 1)) }
    return word.extents.reduce(0) { sum, extent in
      if extent == 0 { return sum + whole }
      if extent == Zones.Numbers.any || range == 0 { return sum }
      let inside = range.dividingFullWidth((extent - 1).multipliedFullWidth(by: whole)).quotient
      return sum + whole - inside
    }
  }

  /// What was found of each word, of which there may be very many: columns are made when asked for.
  private struct NumberWords {
    private let starts: [Int]
    private var found: [(chunk: Int, numbers: Found)] = []
    private let chunkCount: Int

    init(_ chunks: [[Found]], _ places: Int) {
      chunkCount = chunks.count
      var starts = [Int](repeating: 0, count: places + 1)
      for chunk in chunks {
        for numbers in chunk { starts[numbers.place + 1] += 1 }
      }
      for place in 0..<places { starts[place + 1] += starts[place] }
      self.starts = starts
      let none = Found(place: 0, least: 0, greatest: 0, isAny: false)
      found = [(chunk: Int, numbers: Found)](repeating: (0, none), count: starts[places])
      for (chunk, all) in chunks.enumerated() {
        for numbers in all {
          found[starts[numbers.place]] = (chunk, numbers)
          starts[numbers.place] += 1
        }
      }
    }

    /// The columns of the word at `place`; nil where it has no bounds in any chunk.
    subscript(place: Int) -> Zones.Numbers? {
      let all = found[starts[place]..<starts[place + 1]]
      guard let least = all.lazy.filter({ !$0.numbers.isAny }).map(\.numbers.least).min() else {
        return nil
      }
      let none = [UInt64](repeating: 0, count: chunkCount)
      var word = Zones.Numbers(
        word: SlotWord(
          key: UInt32(place / 2) + FieldKey.attributeBase, kind: place & 1 == 0 ? .int : .double),
        least: least, extents: none, minima: none)
      for (chunk, numbers) in all {
        let extent = numbers.greatest - numbers.least
        if numbers.isAny || extent >= Zones.Numbers.any - 1 {
          word.extents[chunk] = Zones.Numbers.any
        } else {
          word.extents[chunk] = extent + 1
          word.minima[chunk] = numbers.least - least
        }
      }
      return word
    }
  }
}
