/// How two values are compared.
package enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
  case equal = "="
  /// Different, and both there and of comparable types.
  case notEqual = "!="
  /// Not equal: different, of other types, or missing.
  case notEqualOrMissing = "!=?"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// The operator that says the same with the sides changed: `<` for `>`.
  package var flipped: ComparisonOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual, .notEqualOrMissing: self
    }
  }
}

/// How two numbers make one.
package enum ArithmeticOperator: String, Sendable, Hashable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "^"
}

/// How two sets of spans make one.
package enum SpansetOperator: String, Sendable, Hashable, CaseIterable {
  case and = "&&"
  case or = "||"
  case child = ">"
  case descendant = ">>"
  case parent = "<"
  case ancestor = "<<"
  case sibling = "~"
  case notChild = "!>"
  case notDescendant = "!>>"
  case notParent = "!<"
  case notAncestor = "!<<"
  case notSibling = "!~"
  case unionChild = "&>"
  case unionDescendant = "&>>"
  case unionParent = "&<"
  case unionAncestor = "&<<"
  case unionSibling = "&~"
}

extension SpansetOperator {
  /// What a span of the right side is to one of the left side.
  package enum Relation: Sendable { case child, descendant, parent, ancestor, sibling }

  /// What the operator asks of a span of the right side; nil for `&&` and `||`.
  package var relation: Relation? {
    switch self {
    case .and, .or: nil
    case .child, .notChild, .unionChild: .child
    case .descendant, .notDescendant, .unionDescendant: .descendant
    case .parent, .notParent, .unionParent: .parent
    case .ancestor, .notAncestor, .unionAncestor: .ancestor
    case .sibling, .notSibling, .unionSibling: .sibling
    }
  }

  /// Whether the spans of the right side that have no such span on the left are meant.
  package var isNegated: Bool {
    switch self {
    case .notChild, .notDescendant, .notParent, .notAncestor, .notSibling: true
    default: false
    }
  }

  /// Whether the spans of both sides that take part are meant.
  package var isUnion: Bool {
    switch self {
    case .unionChild, .unionDescendant, .unionParent, .unionAncestor, .unionSibling: true
    default: false
    }
  }
}
