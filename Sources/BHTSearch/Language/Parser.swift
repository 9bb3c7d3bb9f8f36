/// Reads a query: precedence climbing over the words of its text, with one word looked at ahead.
struct Parser {
  private var lexer: Lexer
  /// The next word.
  private(set) var token: Token
  /// The end of the word before it.
  private(set) var lastEnd = 0
  private var depth = 0
  private var chained = 0

  /// Queries longer than this (bytes) are refused.
  static let longestText = 128 << 10
  /// Brackets, and what else goes inside what, are at most so deep.
  private static let deepestNesting = 100
  /// Operators that hang on the result of another, in the whole query.
  private static let longestChain = 1000

  /// A parser of `text`, at its first word.
  init(_ text: [UInt8]) throws(QueryError) {
    lexer = Lexer(text)
    if text.count > Self.longestText {
      throw QueryError(
        "the query has \(text.count) bytes; more than \(Self.longestText) are not read",
        at: QueryRange(Self.longestText, text.count), in: text)
    }
    token = try lexer.next()
  }

  /// The whole query.
  mutating func query() throws(QueryError) -> Query {
    if token.kind == .end {
      throw error("the query is empty; `{ }` finds all spans", at: token.range)
    }
    var query = Query(try body())
    while token.isWord("with") { query.hints += try hints() }
    if token.kind != .end { throw unexpected("the end of the query", afterEnd: true) }
    return query
  }

  private mutating func body() throws(QueryError) -> Query.Body {
    switch try pipeline(isWrapped: false) {
    case .spansets(.pipeline(let stages, _)): return .spansets(stages)
    case .spansets(let expression): return .spansets([.spansets(expression)])
    case .condition(let filter): return .spansets([filter])
    case .metrics(let expression): return .metrics(expression)
    case .scalar(let expression):
      throw error(
        "a number of spans is no answer yet; compare it, as in `count() > 2`",
        at: expression.range)
    case .number(_, let range):
      throw error("a number alone asks for nothing; a query has spans in it: `{ … }`", at: range)
    }
  }

  // MARK: Words

  /// Takes the next word.
  @discardableResult
  mutating func take() throws(QueryError) -> Token {
    let taken = token
    token = try lexer.next()
    lastEnd = taken.range.end
    return taken
  }

  /// Takes the symbol `symbol`, which `purpose` says the use of; nothing else may be there.
  @discardableResult
  mutating func take(_ symbol: String, _ purpose: String = "") throws(QueryError) -> Token {
    if !token.is(symbol) { throw unexpected("`\(symbol)`\(purpose)") }
    return try take()
  }

  /// Takes the symbol `symbol` where it is next.
  mutating func takes(_ symbol: String) throws(QueryError) -> Bool {
    if !token.is(symbol) { return false }
    try take()
    return true
  }

  /// From the byte `start` to the end of what was taken.
  func range(from start: Int) -> QueryRange { QueryRange(start, lastEnd) }

  // MARK: Bounds

  /// Goes one level down for as long as `work` takes.
  mutating func nested<Result>(
    _ work: (inout Parser) throws(QueryError) -> Result
  ) throws(QueryError) -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepestNesting {
      throw error("the query is nested more than \(Self.deepestNesting) deep", at: token.range)
    }
    return try work(&self)
  }

  /// Counts an operator that hangs on the result of another.
  mutating func chain() throws(QueryError) {
    chained += 1
    if chained > Self.longestChain {
      throw error(
        "the query has more than \(Self.longestChain) operators one on the other", at: token.range)
    }
  }

  // MARK: Errors

  /// An error about what stands at `range`.
  func error(_ message: String, at range: QueryRange) -> QueryError {
    QueryError(message, at: range, in: lexer.text)
  }

  /// An error about the next word, where `wanted` would be right.
  func unexpected(_ wanted: String, afterEnd: Bool = false) -> QueryError {
    if let hint = hint(afterEnd: afterEnd) { return error(hint, at: token.range) }
    if token.kind == .end {
      return error("the query ends where \(wanted) is wanted", at: token.range)
    }
    return error("found \(written(token)) where \(wanted) is wanted", at: token.range)
  }

  /// How `token` stands in the query, in quotes.
  func written(_ token: Token) -> String {
    "`"
      + String(
        decoding: lexer.text[token.range.start..<token.range.end].prefix(60), as: UTF8.self) + "`"
  }

  /// What was likely meant, for mistakes that are often made.
  private func hint(afterEnd: Bool) -> String? {
    switch token.kind {
    case .symbol("="):
      let isDoubled = lexer.text[..<token.range.start].last == 0x3D
      return isDoubled ? "`==` is written `=`" : nil
    case .symbol("+"), .symbol("-"), .symbol("*"), .symbol("/"), .symbol("%"):
      guard afterEnd, case .symbol(let symbol) = token.kind else { return nil }
      return "`\(symbol)` joins numbers, or metrics in brackets: `({ … } | rate()) \(symbol) …`"
    case .word(let word) where ["and", "or", "not"].contains(word.lowercased()):
      let symbol = ["and": "&&", "or": "||", "not": "!"][word.lowercased()] ?? ""
      return "`\(word)` is written `\(symbol)`"
    default: return nil
    }
  }
}

extension Query {
  /// Reads the query `text`, and checks all that can be known before there are spans.
  package init(_ text: String) throws(QueryError) { try self.init(utf8: Array(text.utf8)) }

  /// Reads the query `text`, and checks all that can be known before there are spans.
  package init(utf8 text: [UInt8]) throws(QueryError) {
    var parser = try Parser(text)
    self = try parser.query()
    try QueryCheck(text).check(self)
  }
}
