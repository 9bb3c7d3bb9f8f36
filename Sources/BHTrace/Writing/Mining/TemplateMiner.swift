/// Finds the templates of texts that do not recur whole.
struct TemplateMiner: Sendable {
  /// What is known of one pattern.
  private struct Entry {
    var count: UInt32
    /// Its first text, in `texts`.
    var text: ByteRange
    /// Its variables' places in `same`.
    var first: Int
    var variableCount: Int
    /// How many of them were the same in all texts so far.
    var sameCount: Int
  }

  private var scanner = TemplateScanner()
  private var patterns = ByteInterner()
  private var entries: [Entry] = []
  /// The first text of each pattern, end to end.
  private var texts: [UInt8] = []
  /// For each variable of each pattern whether it was the same in all texts.
  private var same: [Bool] = []

  /// A template for fewer texts costs more than it saves.
  static let minimum: UInt32 = 4
  /// No new patterns are taken in beyond this (bytes): correctness does not depend on any.
  private static let patternBytes = 8 << 20
  /// Longer texts are not looked at.
  static let longestText = Limits.templateBytes
  /// Shorter texts are not looked at.
  static let shortestText = 4

  /// The number of patterns.
  var count: Int { entries.count }

  /// Whether no new patterns are taken in.
  var isFull: Bool { patterns.arena.count > Self.patternBytes }

  /// Whether pattern `number` occurs often enough for a template.
  func isFrequent(_ number: Int) -> Bool { entries[number].count >= Self.minimum }

  /// Counts the text at `range` of `arena`, a value of slots of `word`: the number of its pattern,
  /// `numberless` where it has no variables of this grain, or `unnumbered`.
  mutating func count(
    _ arena: [UInt8], _ range: ByteRange, _ word: SlotWord, _ grain: TemplateScanner.Grain
  ) -> TextSort {
    guard scanner.scan(arena, range, grain) else { return .numberless }
    let pattern = ByteRange(0, scanner.pattern.count)
    if isFull && patterns.lookUp(scanner.pattern, pattern, tag: word.rawValue) == nil {
      return .unnumbered
    }
    let number = patterns.intern(scanner.pattern, pattern, tag: word.rawValue)
    if number == entries.count {
      entries.append(
        Entry(
          count: 1, text: ByteRange(texts.count, Int(range.count)), first: same.count,
          variableCount: scanner.found.count, sameCount: scanner.found.count))
      texts.append(arena.rawSpan, range.positions)
      for _ in scanner.found { same.append(true) }
    } else {
      entries[number].count += 1
      if entries[number].sameCount > 0 { compare(arena, range, to: number) }
    }
    return TextSort(rawValue: UInt32(number))
  }

  /// Takes in what `next` counted in the texts that follow; for each of its patterns the number
  /// here, or `MinedSlot.none` where there was no more room.
  mutating func adopt(_ next: TemplateMiner) -> [UInt32] {
    next.entries.indices.map { index in
      let pattern = next.patterns.range(index)
      let tag = next.patterns.tag(index)
      if isFull && patterns.lookUp(next.patterns.arena, pattern, tag: tag) == nil {
        return MinedSlot.none
      }
      let number = patterns.intern(next.patterns.arena, pattern, tag: tag)
      let theirs = next.entries[index]
      let variables = theirs.first..<(theirs.first + theirs.variableCount)
      if number == entries.count {
        var entry = theirs
        entry.text.offset = UInt32(texts.count)
        entry.first = same.count
        entries.append(entry)
        texts.append(next.texts.rawSpan, theirs.text.positions)
        same.append(contentsOf: next.same[variables])
        return UInt32(number)
      }
      entries[number].count += theirs.count
      // What differs between their texts differs from ours as well.
      for (offset, place) in variables.enumerated() where !next.same[place] {
        setDiffers(number, offset)
      }
      if entries[number].sameCount > 0
        && scanner.scan(next.texts, theirs.text, next.grain(index))
      {
        compare(next.texts, theirs.text, to: number)
      }
      return UInt32(number)
    }
  }

  private func grain(_ number: Int) -> TemplateScanner.Grain {
    let first = patterns.range(number).positions.lowerBound
    return TemplateScanner.Grain(rawValue: patterns.arena[first]) ?? .numbers
  }

  private mutating func setDiffers(_ number: Int, _ variable: Int) {
    let place = entries[number].first + variable
    if !same[place] { return }
    same[place] = false
    entries[number].sameCount -= 1
  }

  /// Notes which variables of the text just scanned differ from those of the first of its pattern.
  private mutating func compare(_ arena: [UInt8], _ range: ByteRange, to number: Int) {
    let first = entries[number].text.positions
    var position = first.lowerBound
    var previous = Int(range.offset)
    // Literals have equal lengths in both texts, so the variables' places follow each other.
    for index in scanner.found.indices {
      let found = scanner.found[index]
      position += found.range.lowerBound - previous
      previous = found.range.upperBound
      if same[entries[number].first + index] {
        let length = found.range.count
        let isEqual = ByteComparison.equal(
          texts, ByteRange(position, min(length, first.upperBound - position)), arena,
          ByteRange(found.range.lowerBound, length))
        if !(isEqual && isEnd(first, position + length, found.variable)) {
          setDiffers(number, index)
        }
      }
      position += variableLength(first, position, found)
    }
  }

  /// Whether no digit or letter of the variable follows at `position` of the text at `text`.
  private func isEnd(
    _ text: Range<Int>, _ position: Int, _ variable: TextTemplate.Variable
  ) -> Bool {
    switch variable {
    case .padded, .hex: true
    case .decimal: position == text.upperBound || !isDigit(texts[position])
    case .text: position == text.upperBound || !isWord(texts[position])
    }
  }

  /// The length of the variable at `position` of the first text of a pattern, which is at `text`.
  private func variableLength(
    _ text: Range<Int>, _ position: Int, _ found: TemplateScanner.Found
  ) -> Int {
    switch found.variable {
    case .padded(let width), .hex(let width): return width
    case .decimal:
      var end = position
      while end < text.upperBound && isDigit(texts[end]) { end += 1 }
      return end - position
    case .text:
      var end = position
      while end < text.upperBound && isWord(texts[end]) { end += 1 }
      return end - position
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  private func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  /// The templates that are worth it, by word in ascending order, the most frequent first.
  func chosen() -> ChosenTemplates {
    var result = ChosenTemplates(patterns: count)
    let order = entries.indices.filter { isFrequent($0) }.sorted {
      (patterns.tag($0), entries[$1].count, $0) < (patterns.tag($1), entries[$0].count, $1)
    }
    var scanner = TemplateScanner()
    for number in order {
      let entry = entries[number]
      guard scanner.scan(texts, entry.text, grain(number)) else { continue }
      result.add(
        number, word: SlotWord(rawValue: patterns.tag(number)), grain(number),
        Array(texts[entry.text.positions]), at: entry.text.positions.lowerBound, scanner.found,
        same[entry.first..<(entry.first + entry.variableCount)])
    }
    return result
  }
}

/// The templates of a segment, and which of them each pattern has.
struct ChosenTemplates: Sendable {
  /// The template of a pattern.
  struct Choice: Sendable {
    /// Its number in its word's table, or `MinedSlot.none`.
    var code = MinedSlot.none
    var grain = TemplateScanner.Grain.numbers
    /// Where in `kept` its variables are.
    fileprivate var first = 0
  }

  /// Templates by word, in ascending order of the words.
  private(set) var tables: [(word: SlotWord, templates: [TextTemplate])] = []
  private var choices: [Choice]
  /// For each variable of the patterns chosen whether it is left once constant ones became
  /// literals.
  private var kept: [Bool] = []

  /// No templates for so many patterns.
  init(patterns: Int = 0) { choices = [Choice](repeating: Choice(), count: patterns) }

  /// The choice for pattern `number`.
  @inline(__always)
  func choice(_ number: UInt32) -> Choice { choices[Int(number)] }

  /// Whether variable number `index` of the pattern with `choice` is to be written.
  @inline(__always)
  func isKept(_ choice: Choice, _ index: Int) -> Bool { kept[choice.first + index] }

  /// Makes the template of pattern `number`, one of whose texts is `text`; `found` and `same` are
  /// its variables, which lie as if the text began at `offset`.
  fileprivate mutating func add(
    _ number: Int, word: SlotWord, _ grain: TemplateScanner.Grain, _ text: [UInt8],
    at offset: Int, _ found: [TemplateScanner.Found], _ same: ArraySlice<Bool>
  ) {
    var template = TextTemplate()
    var start = 0
    for (variable, isConstant) in zip(found, same) where !isConstant {
      template.literals.append(Array(text[start..<(variable.range.lowerBound - offset)]))
      template.variables.append(variable.variable)
      start = variable.range.upperBound - offset
    }
    template.literals.append(Array(text[start...]))
    if tables.last?.word != word { tables.append((word, [])) }
    choices[number] = Choice(
      code: UInt32(tables[tables.count - 1].templates.count), grain: grain, first: kept.count)
    kept += same.map { !$0 }
    tables[tables.count - 1].templates.append(template)
  }
}
