/// Finds in which chunks of a segment what its NAMES and TABLES list occurs, and recurring ints.
struct PostingMiner {
  /// The content of the section, and which int words it has all values of.
  struct Found: Sendable {
    var content: [UInt8]
    /// Whether they have all ints of the key with this number.
    var completeKeys: [Bool]
  }

  /// What was found in one chunk.
  private struct InChunk: Sendable {
    /// Things of the layout, each once.
    var entries: [UInt32] = []
    /// Ints, each once, of words with few values as far as was known.
    var integers: [IntegerValues.Value] = []
    /// The keys of words that turned out to have more.
    var givenUp: [UInt32] = []
  }

  /// What one worker keeps from chunk to chunk.
  private struct Room {
    /// For each thing of the layout in which chunk it was seen last, plus 1.
    var seen: [UInt32]
    var integers: IntegerValues
    /// The same for each value of `integers`.
    var seenIntegers: [UInt32] = []
  }

  private let chunks: MinedChunks
  private let layout: PostingLayout
  /// For each key number the first of the value tables of its words, or -1.
  private var firstTables: [Int32]
  /// For each value table the number of what would be the first value, had it no templates before.
  private var bases: [Int]

  /// The postings of all `chunks`.
  static func postings(_ chunks: MinedChunks, threads: Int) -> Found {
    let miner = PostingMiner(chunks)
    let keys = chunks.mined.tables.keys.count + Int(FieldKey.attributeBase)
    let empty = Room(
      seen: [UInt32](repeating: 0, count: miner.layout.count), integers: IntegerValues(keys: keys))
    let found = Parallel.map(chunks.count, threads: threads, state: empty) { chunk, room in
      miner.find(chunk, &room)
    }
    return miner.joined(found, keys: keys)
  }

  private init(_ chunks: MinedChunks) {
    self.chunks = chunks
    let tables = chunks.mined.tables
    layout = PostingLayout(tables)
    firstTables = [Int32](
      repeating: -1, count: tables.keys.count + Int(FieldKey.attributeBase))
    var templates: [UInt32: Int] = [:]
    for table in tables.templates { templates[table.word.rawValue] = table.templates.count }
    bases = []
    for (index, values) in layout.values.enumerated() {
      bases.append(values.numbers.lowerBound - (templates[values.word.rawValue] ?? 0))
      let key = Int(values.word.key)
      if firstTables[key] < 0 { firstTables[key] = Int32(index) }
    }
  }

  private func find(_ chunk: Int, _ room: inout Room) -> InChunk {
    var found = InChunk()
    let stamp = UInt32(chunk + 1)
    func note(_ number: Int) {
      if room.seen[number] == stamp { return }
      room.seen[number] = stamp
      found.entries.append(UInt32(number))
    }
    let (page, plans) = (chunks.pages[chunk], chunks.mined.plans)
    let contexts = chunks.mined.tables.contexts
    for part in chunks.parts(chunk) {
      // Taken out once: a copy for each span would count references.
      let (run, distance) = (part.run, part.first - part.spans.lowerBound)
      for span in part.spans {
        let index = span + distance
        let operation = Int(page.operations[index])
        note(layout.operations.lowerBound + operation)
        let context = contexts[operation][Int(page.contexts[index])]
        note(layout.resources.lowerBound + Int(context.resource))
        note(layout.scopes.lowerBound + Int(context.scope))
        let code = Int(plans.spans.code(Int(run.numbers.spanShapes[Int(run.spanShapes[span])])))
        note(
          code == 0 ? layout.inlineSpans : layout.spanShapes[operation].lowerBound + code - 1)
        for event in run.events(of: span) {
          let shape = run.numbers.eventShapes[Int(run.eventShapes[event])]
          let code = Int(plans.events.code(Int(shape)))
          note(code == 0 ? layout.inlineEvents : layout.eventShapes.lowerBound + code - 1)
        }
        for link in run.links(of: span) {
          let code = Int(
            plans.links.code(Int(run.numbers.linkShapes[Int(run.linkShapes[link])])))
          note(code == 0 ? layout.inlineLinks : layout.linkShapes.lowerBound + code - 1)
        }
      }
    }
    chunks.forEachStoredSlot(chunk) { slot, _, run in
      if slot.word.kind == .int {
        noteInteger(slot, run, stamp, &room, &found)
      } else if slot.value < MinedSlot.special {
        let code = run.valueCodes[Int(slot.value)]
        if code != MinedSlot.none { note(base(run.numbers.word(slot.word)) + Int(code)) }
      }
    }
    return found
  }

  /// The number of what would be the first value of `word`, which has a table, without templates.
  @inline(__always)
  private func base(_ word: SlotWord) -> Int {
    var table = Int(firstTables[Int(word.key)])
    while layout.values[table].word != word { table += 1 }
    return bases[table]
  }

  @inline(__always)
  private func noteInteger(
    _ slot: MinedSlot, _ run: MinedRun, _ stamp: UInt32, _ room: inout Room, _ found: inout InChunk
  ) {
    let key = run.numbers.word(slot.word).key
    if room.integers.isGivenUp(Int(key)) { return }
    let value = IntegerValues.Value(key: key, value: Int64(bitPattern: slot.bits))
    guard let number = room.integers.number(value) else {
      found.givenUp.append(key)
      return
    }
    if number == room.seenIntegers.count { room.seenIntegers.append(0) }
    if room.seenIntegers[number] == stamp { return }
    room.seenIntegers[number] = stamp
    found.integers.append(value)
  }

  /// The postings of what was `found` in all chunks.
  private func joined(_ found: [InChunk], keys: Int) -> Found {
    var values = IntegerValues(keys: keys)
    for chunk in found {
      for key in chunk.givenUp { values.giveUp(Int(key)) }
    }
    var numbers: [[UInt32]] = []
    for chunk in found {
      numbers.append(chunk.integers.compactMap { values.number($0).map(UInt32.init) })
    }
    let complete = (0..<keys).map { values.isComplete($0) }
    let order = values.values.indices.filter { complete[Int(values.values[$0].key)] }
      .sorted {
        let (a, b) = (values.values[$0], values.values[$1])
        return (a.key, a.value) < (b.key, b.value)
      }
    let words = integers(order.map { values.values[$0] })
    var ranks = [UInt32](repeating: .max, count: values.values.count)
    for (rank, number) in order.enumerated() { ranks[number] = UInt32(layout.count + rank) }
    var all = found.map(\.entries)
    for chunk in all.indices {
      all[chunk] += numbers[chunk].compactMap { ranks[Int($0)] == .max ? nil : ranks[Int($0)] }
    }
    let lists = PostingLists(count: layout.count + order.count, found: all)
    return Found(
      content: Postings.encode(lists, layout, integers: words, chunkCount: chunks.count),
      completeKeys: complete)
  }

  /// The words of `values`, which are sorted by word and value.
  private func integers(_ values: [IntegerValues.Value]) -> [Postings.Integers] {
    var words: [Postings.Integers] = []
    for (index, value) in values.enumerated() {
      let word = SlotWord(key: value.key, kind: .int)
      if words.last?.word != word {
        words.append(Postings.Integers(word: word, values: [], first: layout.count + index))
      }
      words[words.count - 1].values.append(value.value)
    }
    return words
  }
}
