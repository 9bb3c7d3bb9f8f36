/// Finds the templates of texts that do not recur whole.
struct TemplateMiner: Sendable {
  private var scanner = TemplateScanner()
  private var patterns = ByteInterner()
  private var counts: [UInt32] = []
  /// The first text of each pattern, and for each of its variables whether it was the same in all.
  private var firstTexts: [[UInt8]] = []
  private var same: [[Bool]] = []

  /// A template for fewer texts costs more than it saves.
  static let minimum: UInt32 = 4
  /// No new patterns are taken in beyond this (bytes): correctness does not depend on any.
  private static let patternBytes = 8 << 20
  /// Longer texts are not looked at.
  static let longestText = Limits.templateBytes
  /// Shorter texts are not looked at.
  static let shortestText = 4

  /// Counts the text at `range` of `arena`, a value of slots of `word`.
  mutating func count(
    _ arena: [UInt8], _ range: ByteRange, _ word: SlotWord, _ grain: TemplateScanner.Grain
  ) {
    guard scanner.scan(arena, range, grain) else { return }
    let pattern = scanner.pattern
    if patterns.arena.count > Self.patternBytes {
      guard patterns.lookUp(pattern, ByteRange(0, pattern.count), tag: word.rawValue) != nil
      else { return }
    }
    let number = patterns.intern(
      pattern, ByteRange(0, pattern.count), tag: word.rawValue)
    if number == counts.count {
      counts.append(1)
      firstTexts.append(Array(arena[range.positions]))
      same.append([Bool](repeating: true, count: scanner.found.count))
      return
    }
    counts[number] += 1
    let first = firstTexts[number]
    var position = 0
    var previous = Int(range.offset)
    // Literals have equal lengths in both texts, so the variables' places follow each other.
    for (index, found) in scanner.found.enumerated() {
      position += found.range.lowerBound - previous
      previous = found.range.upperBound
      let length = same[number][index] ? found.range.count : -1
      if length >= 0 {
        let isEqual = ByteComparison.equal(
          first, ByteRange(position, min(length, first.count - position)), arena,
          ByteRange(found.range.lowerBound, length))
        let endsHere = isEqual && isEnd(first, position + length, found.variable)
        if !endsHere { same[number][index] = false }
      }
      position += variableLength(first, position, found)
    }
  }

  /// Whether no digit or letter of the variable follows at `position`.
  private func isEnd(
    _ text: [UInt8], _ position: Int, _ variable: TextTemplate.Variable
  ) -> Bool {
    switch variable {
    case .padded, .hex: true
    case .decimal: position == text.count || !isDigit(text[position])
    case .text: position == text.count || !isWord(text[position])
    }
  }

  /// The length of the variable at `position` of the first text of a pattern.
  private func variableLength(
    _ text: [UInt8], _ position: Int, _ found: TemplateScanner.Found
  ) -> Int {
    switch found.variable {
    case .padded(let width), .hex(let width): return width
    case .decimal:
      var end = position
      while end < text.count && isDigit(text[end]) { end += 1 }
      return end - position
    case .text:
      var end = position
      while end < text.count && isWord(text[end]) { end += 1 }
      return end - position
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  private func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  /// Whether the text's pattern of this grain occurs often enough.
  mutating func isFrequent(
    _ arena: [UInt8], _ range: ByteRange, _ word: SlotWord, _ grain: TemplateScanner.Grain
  ) -> Bool {
    guard scanner.scan(arena, range, grain) else { return false }
    let pattern = scanner.pattern
    guard
      let number = patterns.lookUp(pattern, ByteRange(0, pattern.count), tag: word.rawValue)
    else { return false }
    return counts[number] >= Self.minimum
  }

  /// The templates that are worth it, by word in ascending order, the most frequent first.
  func chosen() -> ChosenTemplates {
    var result = ChosenTemplates(patterns: patterns)
    let order = counts.indices.filter { counts[$0] >= Self.minimum }.sorted {
      (patterns.tag($0), counts[$1], $0) < (patterns.tag($1), counts[$0], $1)
    }
    var scanner = TemplateScanner()
    for number in order {
      let text = firstTexts[number]
      let grain = TemplateScanner.Grain(rawValue: patterns.bytes(number)[0]) ?? .numbers
      guard scanner.scan(text, ByteRange(0, text.count), grain) else { continue }
      result.add(
        number, word: SlotWord(rawValue: patterns.tag(number)), text, scanner.found,
        same[number])
    }
    return result
  }
}

/// The templates of a segment, and how the encoder finds that of a text.
struct ChosenTemplates: Sendable {
  /// Templates by word, in ascending order of the words.
  private(set) var tables: [(word: SlotWord, templates: [TextTemplate])] = []
  private let patterns: ByteInterner
  /// For each pattern its number in its word's table, or none.
  private var codes: [UInt32]
  /// For each pattern which of its variables are left once constant ones became literals.
  private var kept: [[Bool]]

  init(patterns: ByteInterner = ByteInterner()) {
    self.patterns = patterns
    codes = [UInt32](repeating: MinedSlots.none, count: patterns.count)
    kept = [[Bool]](repeating: [], count: patterns.count)
  }

  fileprivate mutating func add(
    _ number: Int, word: SlotWord, _ text: [UInt8], _ found: [TemplateScanner.Found],
    _ same: [Bool]
  ) {
    var template = TextTemplate()
    var start = 0
    for (variable, isConstant) in zip(found, same) where !isConstant {
      template.literals.append(Array(text[start..<variable.range.lowerBound]))
      template.variables.append(variable.variable)
      start = variable.range.upperBound
    }
    template.literals.append(Array(text[start...]))
    if tables.last?.word != word { tables.append((word, [])) }
    codes[number] = UInt32(tables[tables.count - 1].templates.count)
    kept[number] = same.map { !$0 }
    tables[tables.count - 1].templates.append(template)
  }

  /// Finds the template of the text at `range`: its number in the table of `word`, and which of
  /// the variables that `scanner` then holds are to be written. Nil where it has none.
  func find(
    _ arena: [UInt8], _ range: ByteRange, _ word: SlotWord, _ scanner: inout TemplateScanner
  ) -> (code: UInt32, kept: [Bool])? {
    if codes.isEmpty { return nil }
    for grain in [TemplateScanner.Grain.numbers, .words] {
      guard scanner.scan(arena, range, grain) else { return nil }
      let pattern = scanner.pattern
      if let number = patterns.lookUp(
        pattern, ByteRange(0, pattern.count), tag: word.rawValue), codes[number] != MinedSlots.none
      {
        return (codes[number], kept[number])
      }
    }
    return nil
  }
}
