/// How a value that is in no table is stored: by its form, by a template, or as it is.
struct TextSort: Sendable, Equatable {
  /// A pattern's number, or one of the special ones below.
  let rawValue: UInt32

  /// As it is.
  static let literal = TextSort(rawValue: .max)
  static let decimal = TextSort(rawValue: .max - 1)
  static let ipv4 = TextSort(rawValue: .max - 2)
  static let uuid = TextSort(rawValue: .max - 3)
  static let hex = TextSort(rawValue: .max - 4)
  /// Has variables, but there was no more room for its pattern.
  static let unnumbered = TextSort(rawValue: .max - 5)
  /// Has no variables; stored as it is.
  static let numberless = TextSort(rawValue: .max - 6)

  /// Whether it is a pattern's number.
  @inline(__always)
  var isPattern: Bool { rawValue < TextSort.numberless.rawValue }

  /// The sort of text that has a shorter binary form.
  @inline(__always)
  init?(_ form: TextForm.Form) {
    switch form {
    case .none: return nil
    case .decimal: self = .decimal
    case .ipv4: self = .ipv4
    case .uuid: self = .uuid
    case .hex: self = .hex
    }
  }

  @inline(__always)
  init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Decides of every text in no table how it is stored, and finds the templates for it: first with
/// numbers as variables; then, of what that finds too little of, with every word.
struct TextSorter {
  private let run: MinedRun
  /// Where the spans of the run lie.
  private let references: ArraySlice<SpanReference>
  private let batches: [SpanBatch]
  private let plans: ShapePlans.OfSegment

  /// What came out for one run.
  struct Sorted: Sendable {
    /// For each slot the sort of its text.
    var texts: [TextSort]
    /// For each pattern in `texts` its number in the segment.
    var patterns: [UInt32]
  }

  /// Sorts the texts of `runs`, which are those of `spans`.
  static func sort(
    _ runs: [MinedRun], _ spans: SegmentSpans, _ plans: ShapePlans.OfSegment, threads: Int
  ) -> (runs: [Sorted], templates: ChosenTemplates) {
    @Sendable func sorter(_ index: Int) -> TextSorter {
      let run = runs[index]
      return TextSorter(
        run: run, references: spans.references[run.spans], batches: spans.batches, plans: plans)
    }
    var miner = TemplateMiner()
    var sorted = pass(runs.count, threads: threads, &miner) { index, miner in
      sorter(index).numbers(&miner)
    }
    let byNumbers = sorted
    let frequent = (0..<miner.count).map { miner.isFrequent($0) }
    sorted = pass(runs.count, threads: threads, &miner) { index, miner in
      let known = byNumbers[index]
      let isFrequent = known.patterns.map { $0 != MinedSlot.none && frequent[Int($0)] }
      return sorter(index).words(known.texts, isFrequent, &miner)
    }
    for index in sorted.indices {
      sorted[index].patterns = byNumbers[index].patterns + sorted[index].patterns
    }
    return (sorted, miner.chosen())
  }

  /// Has `count` runs counted and `miner` adopt what they found, as if it had counted all itself.
  private static func pass(
    _ count: Int, threads: Int, _ miner: inout TemplateMiner,
    _ sort: @Sendable (Int, inout TemplateMiner) -> [TextSort]
  ) -> [Sorted] {
    let found = Parallel.map(count, threads: threads, state: 0) { index, _ in
      var own = TemplateMiner()
      let texts = sort(index, &own)
      return (texts: texts, miner: own)
    }
    // Which patterns there is room for depends on all before them.
    if found.count > 1 && found.contains(where: { $0.miner.isFull }) {
      let texts = (0..<count).map { sort($0, &miner) }
      return texts.map { Sorted(texts: $0, patterns: Array(0..<UInt32(miner.count))) }
    }
    return found.map { Sorted(texts: $0.texts, patterns: miner.adopt($0.miner)) }
  }

  /// Counts the texts with numbers as variables.
  private func numbers(_ miner: inout TemplateMiner) -> [TextSort] {
    var texts = [TextSort](repeating: .literal, count: run.slots.count)
    forEachText { slot, arena in
      let mined = run.slots[slot]
      if mined.word.kind == .string, let form = TextSort(TextForm.form(arena, mined.range)) {
        texts[slot] = form
      } else if Int(mined.range.count) >= TemplateMiner.shortestText
        && Int(mined.range.count) <= TemplateMiner.longestText
      {
        texts[slot] = miner.count(
          arena, mined.range, run.numbers.word(mined.word), .numbers)
      }
    }
    return texts
  }

  /// Counts the texts that `numbers` sorted, and whose pattern is not `isFrequent`, with words as
  /// variables. Their patterns' numbers come behind those known.
  private func words(
    _ sorted: [TextSort], _ isFrequent: [Bool], _ miner: inout TemplateMiner
  ) -> [TextSort] {
    var texts = sorted
    forEachText { slot, arena in
      let sort = texts[slot]
      guard
        sort.isPattern
          ? !isFrequent[Int(sort.rawValue)] : sort == .unnumbered || sort == .numberless
      else { return }
      let mined = run.slots[slot]
      let found = miner.count(arena, mined.range, run.numbers.word(mined.word), .words)
      if sort == .numberless { return }
      texts[slot] =
        found.isPattern
        ? TextSort(rawValue: UInt32(isFrequent.count) + found.rawValue) : .literal
    }
    return texts
  }

  /// Goes through the slots whose text is in no table; `body` gets the slot and the arena.
  @inline(__always)
  private func forEachText(_ body: (_ slot: Int, _ arena: [UInt8]) -> Void) {
    var batch = -1
    var arena: [UInt8] = []
    run.forEachStoredSlot(plans) { slot, span in
      let mined = run.slots[slot]
      guard mined.word.mayHaveTemplates else { return }
      if mined.value != MinedSlot.none
        && (mined.value >= MinedSlot.special
          || run.valueCodes[Int(mined.value)] != MinedSlot.none)
      {
        return
      }
      let place = references.startIndex + span
      if references[place].batch != batch {
        batch = references[place].batch
        arena = batches[batch].arena
      }
      body(slot, arena)
    }
  }
}
