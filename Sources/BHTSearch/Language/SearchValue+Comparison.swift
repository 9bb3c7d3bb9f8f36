extension SearchValue {
  /// Whether `self op other` holds, as queries mean it.
  ///
  /// Ints, floats and durations are one family: whole numbers compare exactly, others as floats. All
  /// else compares with its own type only, in order only where it is text; where types differ, or a
  /// value is missing, nothing holds but `!=?`. Against an array a comparison holds where one of its
  /// elements meets it, a `!=` where all do.
  package func holds(_ op: ComparisonOperator, _ other: SearchValue) -> Bool {
    if op == .notEqualOrMissing { return !holds(.equal, other) }
    switch (elements, other.elements) {
    case (nil, nil): return Self.scalarHolds(self, op, other)
    case (let elements?, nil):
      return op == .notEqual
        ? elements.allSatisfy { Self.scalarHolds($0, op, other) }
        : elements.contains { Self.scalarHolds($0, op, other) }
    case (nil, let elements?):
      return op == .notEqual
        ? elements.allSatisfy { Self.scalarHolds(self, op, $0) }
        : elements.contains { Self.scalarHolds(self, op, $0) }
    case (_?, _?): return false
    }
  }

  /// Whether all of this text, or of one text of this array, matches `pattern`.
  package func matches(_ pattern: RegularExpression) -> Bool {
    switch self {
    case .text(let text): pattern.matches(text)
    case .texts(let texts): texts.contains { pattern.matches($0) }
    default: false
    }
  }

  /// Whether this text, or no text of this array, matches `pattern`; false for what is no text.
  package func matchesNot(_ pattern: RegularExpression) -> Bool {
    switch self {
    case .text, .texts: !matches(pattern)
    default: false
    }
  }

  /// Whether `max` takes this before `other`: numbers by value, else by type (numbers, text, bools,
  /// arrays, durations, status, kind), then texts by bytes. Durations are numbers to numbers.
  package func isGreater(than other: SearchValue) -> Bool {
    if let left = number, let right = other.number { return left > right }
    if rank != other.rank { return rank > other.rank }
    switch (self, other) {
    case (.text(let a), .text(let b)): return b.lexicographicallyPrecedes(a)
    case (.bool(let a), .bool(let b)): return a && !b
    case (.status(let a), .status(let b)), (.kind(let a), .kind(let b)): return a > b
    case (.texts(let a), .texts(let b)):
      return b.lexicographicallyPrecedes(a) { $0.lexicographicallyPrecedes($1) }
    case (.ints(let a), .ints(let b)): return b.lexicographicallyPrecedes(a)
    case (.floats(let a), .floats(let b)): return b.lexicographicallyPrecedes(a)
    case (.bools(let a), .bools(let b)):
      return b.lexicographicallyPrecedes(a) { !$0 && $1 }
    default: return false
    }
  }

  private var rank: Int {
    switch self {
    case .missing: 0
    case .int, .float: 1
    case .text: 2
    case .bool: 3
    case .ints: 4
    case .floats: 5
    case .texts: 6
    case .bools: 7
    case .duration: 8
    case .status: 9
    case .kind: 10
    }
  }

  private static func scalarHolds(
    _ left: SearchValue, _ op: ComparisonOperator, _ right: SearchValue
  ) -> Bool {
    if let left = left.integer, let right = right.integer { return compare(left, op, right) }
    if let left = left.number, let right = right.number { return compare(left, op, right) }
    switch (left, right) {
    case (.text(let a), .text(let b)): return compareTexts(a, op, b)
    case (.bool(let a), .bool(let b)): return isEqual(a == b, op)
    case (.status(let a), .status(let b)), (.kind(let a), .kind(let b)):
      return isEqual(a == b, op)
    case (.status(let status), .int(let number)), (.int(let number), .status(let status)):
      return isEqual(Int64(status) == number, op)
    default: return false
    }
  }

  private static func isEqual(_ areEqual: Bool, _ op: ComparisonOperator) -> Bool {
    op == .equal ? areEqual : op == .notEqual ? !areEqual : false
  }

  private static func compareTexts(
    _ left: [UInt8], _ op: ComparisonOperator, _ right: [UInt8]
  ) -> Bool {
    switch op {
    case .equal: left == right
    case .notEqual, .notEqualOrMissing: left != right
    case .less: left.lexicographicallyPrecedes(right)
    case .lessOrEqual: !right.lexicographicallyPrecedes(left)
    case .greater: right.lexicographicallyPrecedes(left)
    case .greaterOrEqual: !left.lexicographicallyPrecedes(right)
    }
  }

  static func compare<Number: Comparable>(
    _ left: Number, _ op: ComparisonOperator, _ right: Number
  ) -> Bool {
    switch op {
    case .equal: left == right
    case .notEqual, .notEqualOrMissing: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}
