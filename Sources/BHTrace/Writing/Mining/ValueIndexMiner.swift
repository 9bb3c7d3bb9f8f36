/// Finds in which chunks of a segment values occur that are in no table and no constant.
struct ValueIndexMiner {
  /// What VALUES are to have.
  struct Found: Sendable {
    /// The section and its number of pages; empty where there is no such value.
    var section: [UInt8] = []
    var pages = 0
    /// The words whose values it has, ascending.
    var words: [SegmentHead.IndexedWord] = []
  }

  /// How many more bits keys have than it takes to number the entries: of values that are not there
  /// about one in 2^(bits + 1) or fewer has a chunk looked at in vain.
  private static let spareBits = 5
  /// An entry takes at least so many bits of its key: those above, and two for its place among others.
  private static let leastKeyBits = spareBits + 2

  /// The values of one chunk, each once.
  private struct InChunk: Sendable {
    var hashes: [UInt64] = []
    /// For each its word, as a place in `words`.
    var words: [UInt32] = []
  }

  private let chunks: MinedChunks
  /// The words of the segment whose values are wanted, ascending.
  private let words: [SlotWord]
  /// For each of them the begin of its values' hashes.
  private let hashes: [ValueHash]
  /// For each key and each of the three kinds the word's place in `words`, or -1.
  private var places: [Int32]

  /// The values of those words of all `chunks` that `choice` names and that `completeKeys` does not say
  /// POSTINGS have all ints of. `sizeWithout` is what the segment takes without them (bytes).
  static func values(
    _ chunks: MinedChunks, _ choice: FormatOptions.IndexChoice, completeKeys: [Bool],
    sizeWithout: Int,
    threads: Int
  ) -> Found {
    let miner = ValueIndexMiner(chunks, choice)
    let found = Parallel.map(chunks.count, threads: threads, state: SeenHashes()) { chunk, seen in
      miner.find(chunk, completeKeys, &seen)
    }
    return miner.joined(found, most: choice == .auto ? sizeWithout / 10 : nil)
  }

  private init(_ chunks: MinedChunks, _ choice: FormatOptions.IndexChoice) {
    self.chunks = chunks
    let tables = chunks.mined.tables
    let words = Self.words(tables).filter { word in
      guard word.key >= FieldKey.attributeBase else { return !choice.isOfKeys }
      return choice.includes(tables.keys[Int(word.key - FieldKey.attributeBase)])
    }
    self.words = words
    hashes = words.map { word in
      if let field = word.field { return ValueHash(field) }
      return ValueHash(
        kind: word.kind ?? .absent, key: tables.keys[Int(word.key - FieldKey.attributeBase)])
    }
    places = [Int32](repeating: -1, count: 3 * (tables.keys.count + Int(FieldKey.attributeBase)))
    for (index, word) in words.enumerated() {
      if let place = Self.place(word) { places[place] = Int32(index) }
    }
  }

  /// Where in `places` a word is; nil for one whose values are not indexed: of other kinds than text,
  /// bytes and ints, and fields of the model that nobody looks for.
  @inline(__always)
  private static func place(_ word: SlotWord) -> Int? {
    if word.key < FieldKey.attributeBase && word.field != .statusMessage
      && word.field != .traceState
    {
      return nil
    }
    switch word.kind {
    case .string: return Int(word.key) * 3
    case .bytes: return Int(word.key) * 3 + 1
    case .int: return Int(word.key) * 3 + 2
    default: return nil
    }
  }

  /// The words that spans, events and links may have and whose values are indexed, ascending: every key
  /// of them with each of the kinds.
  private static func words(_ tables: SegmentTables) -> [SlotWord] {
    let fields = [SlotWord(.statusMessage), SlotWord(.traceState)]
    let kinds: [AttributeRecord.Kind] = [.string, .int, .bytes]  // as their numbers ascend
    return fields
      + tables.keys.indices.flatMap { key in
        kinds.map { SlotWord(key: UInt32(key) + FieldKey.attributeBase, kind: $0) }
      }
  }

  /// The words that the shapes and value tables of `tables` have.
  private static func occurring(_ tables: SegmentTables) -> Set<UInt32> {
    var words: Set<UInt32> = []
    func add(_ slots: [Slot]) { for slot in slots { words.insert(slot.word.rawValue) } }
    for shapes in tables.spanShapes { for shape in shapes { add(shape.slots) } }
    for shape in tables.eventShapes { add(shape.slots) }
    for shape in tables.linkShapes { add(shape.slots) }
    for table in tables.values { words.insert(table.word.rawValue) }
    return words
  }

  private func find(_ chunk: Int, _ completeKeys: [Bool], _ seen: inout SeenHashes) -> InChunk {
    var found = InChunk()
    seen.removeAll()
    var batch = -1
    var arena: [UInt8] = []
    chunks.forEachStoredSlot(chunk) { slot, span, run in
      // Most values are in tables.
      if slot.value < MinedSlot.special && run.valueCodes[Int(slot.value)] != MinedSlot.none {
        return
      }
      let word = run.numbers.word(slot.word)
      guard let place = Self.place(word), places[place] >= 0 else { return }
      let index = Int(places[place])
      let hash: UInt64
      if word.kind == .int {
        if completeKeys[Int(word.key)] { return }
        hash = hashes[index].hash(int: slot.bits)
      } else {
        let number = chunks.batch(ofSpan: span, chunk)
        if number != batch {
          batch = number
          arena = chunks.arena(number)
        }
        hash = hashes[index].hash(arena, slot.range)
      }
      if !seen.insert(hash) { return }
      found.hashes.append(hash)
      found.words.append(UInt32(index))
    }
    return found
  }

  /// The section of what was `found` in all chunks, at most `most` bytes long; the words with most
  /// entries are left out until it is, of equals the higher one first.
  private func joined(_ found: [InChunk], most: Int?) -> Found {
    var counts = [Int](repeating: 0, count: words.count)
    for chunk in found {
      for word in chunk.words { counts[Int(word)] += 1 }
    }
    var isKept = [Bool](repeating: true, count: words.count)
    var total = counts.reduce(0, +)
    let largestFirst = counts.indices.sorted { (counts[$1], $1) < (counts[$0], $0) }
    var dropped = largestFirst.startIndex
    func dropLargest() {
      isKept[largestFirst[dropped]] = false
      total -= counts[largestFirst[dropped]]
      dropped += 1
    }
    let chunkBits = Int.bitWidth - max(1, chunks.count - 1).leadingZeroBitCount
    while let most, total * (Self.leastKeyBits + chunkBits) / 8 > most { dropLargest() }
    var result = Found()
    while total > 0 {
      let bits = min(64, Self.spareBits + Int.bitWidth - total.leadingZeroBitCount)
      let entries = entries(found, isKept, count: total)
      if !Self.fit(entries) {
        dropLargest()
        continue
      }
      let section = HashedPages.encode(entries, bits: bits)
      if let most, section.bytes.count > most {
        dropLargest()
        continue
      }
      (result.section, result.pages) = (section.bytes, section.pages)
      break
    }
    let occurring = Self.occurring(chunks.mined.tables)
    result.words = words.indices.filter {
      isKept[$0] && (counts[$0] > 0 || occurring.contains(words[$0].rawValue))
    }.map { SegmentHead.IndexedWord(word: words[$0], entries: counts[$0]) }
    return result
  }

  /// Whether a reader takes the page with most of `entries`.
  private static func fit(_ entries: [HashedPages.Entry]) -> Bool {
    let pages = max(1, (entries.count + HashedPages.target - 1) / HashedPages.target)
    var counts = [Int](repeating: 0, count: pages)
    for entry in entries { counts[HashedPages.page(of: entry.hash, of: pages)] += 1 }
    return counts.allSatisfy { $0 <= Limits.hashedEntries }
  }

  private func entries(
    _ found: [InChunk], _ isKept: [Bool], count: Int
  ) -> [HashedPages.Entry] {
    var entries: [HashedPages.Entry] = []
    entries.reserveCapacity(count)
    for (chunk, values) in found.enumerated() {
      for (hash, word) in zip(values.hashes, values.words) where isKept[Int(word)] {
        entries.append(HashedPages.Entry(hash: hash, chunk: chunk))
      }
    }
    return Self.sorted(entries)
  }

  /// The entries by the top bits of their hashes, those with the same in their order before: nearly
  /// sorted, which is what sorting them is quick for. O(n).
  private static func sorted(_ entries: [HashedPages.Entry]) -> [HashedPages.Entry] {
    let digit = 11
    var from = entries
    var to = entries
    for pass in stride(from: UInt64(64 - 3 * digit), to: 64, by: digit) {
      var starts = [Int](repeating: 0, count: 1 << digit + 1)
      for entry in from { starts[Int(entry.hash >> pass & (1 << UInt64(digit) - 1)) + 1] += 1 }
      for index in 1..<starts.count { starts[index] += starts[index - 1] }
      for entry in from {
        let place = Int(entry.hash >> pass & (1 << UInt64(digit) - 1))
        to[starts[place]] = entry
        starts[place] += 1
      }
      swap(&from, &to)
    }
    return from
  }
}

/// The hashes seen in one chunk.
private struct SeenHashes {
  private var hashes = [UInt64](repeating: 0, count: 1024)
  /// For each place in which round it was taken.
  private var rounds = [UInt32](repeating: 0, count: 1024)
  private var round: UInt32 = 0
  private var count = 0

  /// No input can be made to collide.
  private static let seed = UInt64.random(in: .min ... .max)

  /// Where in a table of `mask` + 1 places `hash` is looked for first.
  @inline(__always)
  private static func place(_ hash: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: ByteComparison.mix(hash ^ seed)) & mask
  }

  mutating func removeAll() {
    round += 1
    count = 0
  }

  /// Takes `hash` in; false where it was in before.
  @inline(__always)
  mutating func insert(_ hash: UInt64) -> Bool {
    let mask = hashes.count - 1
    var place = Self.place(hash, mask)
    while rounds[place] == round {
      if hashes[place] == hash { return false }
      place = (place + 1) & mask
    }
    (hashes[place], rounds[place]) = (hash, round)
    count += 1
    if count * 2 > hashes.count { grow() }
    return true
  }

  private mutating func grow() {
    let (old, oldRounds) = (hashes, rounds)
    hashes = [UInt64](repeating: 0, count: old.count * 2)
    rounds = [UInt32](repeating: 0, count: old.count * 2)
    let mask = hashes.count - 1
    for index in old.indices where oldRounds[index] == round {
      var place = Self.place(old[index], mask)
      while rounds[place] == round { place = (place + 1) & mask }
      (hashes[place], rounds[place]) = (old[index], round)
    }
  }
}
