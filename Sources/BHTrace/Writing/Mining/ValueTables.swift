/// Chooses which values that recur stand in tables, and in which order.
///
/// Every reader of a trace reads the tables of its segment, whatever it wants. So they have a budget:
/// where the values that recur would take more, those stay in the payload that save least for what
/// they take. Of text that templates shorten anyway those are the seldom ones.
struct ValueTables {
  /// A value that recurs.
  private struct Candidate {
    var value: Int
    var word: UInt32
    var count: UInt32
    /// What the archive saves for each byte that it takes of its table.
    var worth = 0.0
    /// What it takes of its table (bytes).
    var cost = 0.0
  }

  /// What the number of a value takes in payload, about (bytes).
  private static let codeBytes = 1.6
  /// So many values of a word come in the order of how often they occur: their numbers have one byte.
  /// The others are sorted by their bytes: so they compress best.
  private static let frequentCount = 32
  /// What the number of a template takes, and how much more it and its variables take than numbers of
  /// values, of which more are alike.
  private static let templateBytes = 1.5
  private static let templateFactor = 1.3
  /// How much more text takes in payload than in a table, where all of its like lies together.
  private static let literalFactor = 1.15
  /// So many texts of one pattern will have a template.
  private static let patternMinimum = Int(TemplateMiner.minimum)

  private let values: ByteInterner
  /// All values that recur, by word; those of a word in the order of the tables.
  private var candidates: [Candidate]
  /// Where the candidates of each word lie.
  private var words: [Range<Int>] = []

  /// The tables of those of `values` that occur `minimum` times or more; `counts` has for each how often
  /// it does.
  init(_ values: ByteInterner, counts: [UInt32], minimum: UInt32) {
    self.values = values
    candidates = counts.indices.filter { counts[$0] >= minimum }.map {
      Candidate(value: $0, word: values.tag($0), count: counts[$0])
    }.sorted { ($0.word, $1.count, $0.value) < ($1.word, $0.count, $1.value) }
    var first = 0
    for index in candidates.indices
    where index + 1 == candidates.count || candidates[index + 1].word != candidates[first].word {
      let rest = min(first + Self.frequentCount, index + 1)..<(index + 1)
      words.append(first..<(index + 1))
      first = index + 1
      candidates[rest].sort { values.precedes($0.value, $1.value) }
    }
  }

  /// The numbers of the values in tables, by word, those of a word in the order of its table. Their
  /// tables take about `budget` bytes compressed at most.
  consuming func chosen(budget: Int) -> [Int] {
    let raw = candidates.reduce(0) { $0 + Int(values.range($1.value).count) + 1 }
    if raw > budget { leaveOut(over: budget) }
    return candidates.map(\.value)
  }

  private mutating func leaveOut(over budget: Int) {
    let compressor = ZstdCompressor(level: 3)
    let sizes = words.map { size(of: $0, compressor) }
    if sizes.reduce(0, +) <= budget { return }
    for (range, size) in zip(words, sizes) { weigh(range, size: size) }
    var isKept = [Bool](repeating: false, count: candidates.count)
    var rest = Double(budget)
    let order = candidates.indices.sorted {
      (candidates[$1].worth, $0) < (candidates[$0].worth, $1)
    }
    for index in order {
      rest -= candidates[index].cost
      if rest < 0 || candidates[index].worth <= 1 { break }
      isKept[index] = true
    }
    candidates = candidates.indices.filter { isKept[$0] }.map { candidates[$0] }
  }

  /// What the table of the values at `range` takes compressed (bytes).
  private func size(of range: Range<Int>, _ compressor: borrowing ZstdCompressor) -> Int {
    var writer = ByteWriter()
    for candidate in candidates[range] {
      let bytes = values.range(candidate.value)
      writer.varint(Int(bytes.count))
      writer.append(bytes, of: values.arena)
    }
    return compressor.compress(writer.bytes)?.count ?? writer.count
  }

  /// Finds worth and cost of the values at `range`, whose table takes `size` bytes.
  private mutating func weigh(_ range: Range<Int>, size: Int) {
    let lengths = range.map { Int(values.range(candidates[$0].value).count) }
    // What a value does not share with the one before it.
    let sorted = range.sorted { values.precedes(candidates[$0].value, candidates[$1].value) }
    var own = [Int](repeating: 0, count: range.count)
    for (place, index) in sorted.enumerated() {
      let shared =
        place == 0
        ? 0 : values.sharedPrefix(candidates[sorted[place - 1]].value, candidates[index].value)
      own[index - range.lowerBound] = lengths[index - range.lowerBound] - shared + 2
    }
    let density = Double(size) / Double(own.reduce(0, +))
    let all = lengths.reduce(0, +) + lengths.count
    let literal = min(1, Double(size) / Double(all) * Self.literalFactor)
    let payload = payloadBytes(range, literal: literal)
    for (place, index) in range.enumerated() {
      let cost = Double(own[place]) * density
      candidates[index].cost = cost
      candidates[index].worth =
        Double(candidates[index].count) * (payload[place] - Self.codeBytes) / cost
    }
  }

  /// What the values at `range` take in payload, by estimate (bytes), where a byte of text takes
  /// `literal`.
  private func payloadBytes(_ range: Range<Int>, literal: Double) -> [Double] {
    let word = SlotWord(rawValue: candidates[range.lowerBound].word)
    var patterns = ByteInterner()
    var counts: [Int] = []
    var scanner = TemplateScanner()
    let found = range.map { index -> (bytes: Double, pattern: Int?) in
      let text = values.range(candidates[index].value)
      if word.kind == .string, let form = formBytes(text) { return (form, nil) }
      let plain = 2 + literal * Double(text.count)
      guard word.mayHaveTemplates, Int(text.count) <= TemplateMiner.longestText,
        Int(text.count) >= TemplateMiner.shortestText, scanner.scan(values.arena, text, .numbers)
      else { return (plain, nil) }
      let pattern = patterns.intern(scanner.pattern)
      if pattern == counts.count { counts.append(0) }
      counts[pattern] += 1
      let template = scanner.found.reduce(Self.templateBytes) { $0 + variableBytes($1) }
      return (template * Self.templateFactor, pattern)
    }
    return zip(range, found).map { index, found in
      if let pattern = found.pattern, counts[pattern] < Self.patternMinimum {
        return 2 + literal * Double(values.range(candidates[index].value).count)
      }
      return found.bytes
    }
  }

  /// What text with a binary form takes (bytes).
  private func formBytes(_ text: ByteRange) -> Double? {
    switch TextForm.form(values.arena, text) {
    case .none: nil
    case .decimal: 1 + Double(varintBytes(digits: Int(text.count)))
    case .ipv4: 5
    case .uuid: 18
    case .hex: 2 + Double(text.count) / 2
    }
  }

  private func variableBytes(_ found: TemplateScanner.Found) -> Double {
    switch found.variable {
    case .decimal, .padded: Double(varintBytes(digits: found.range.count))
    case .hex: Double(found.range.count) / 2
    case .text: Double(found.range.count)
    }
  }

  /// How many bytes the varint of a number of so many digits has.
  private func varintBytes(digits: Int) -> Int { (digits * 10 / 3 + 6) / 7 }
}

extension ByteInterner {
  /// Whether the bytes of string `first` come before those of string `second`.
  fileprivate func precedes(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (range(first), range(second))
    let shared = sharedPrefix(first, second)
    if shared == Int(a.count) || shared == Int(b.count) { return a.count < b.count }
    return arena[Int(a.offset) + shared] < arena[Int(b.offset) + shared]
  }

  /// How many bytes strings `first` and `second` begin with alike.
  fileprivate func sharedPrefix(_ first: Int, _ second: Int) -> Int {
    let (a, b) = (range(first), range(second))
    let most = Int(min(a.count, b.count))
    let (left, right) = (Int(a.offset), Int(b.offset))
    var shared = 0
    while shared < most && arena[left + shared] == arena[right + shared] { shared += 1 }
    return shared
  }
}
