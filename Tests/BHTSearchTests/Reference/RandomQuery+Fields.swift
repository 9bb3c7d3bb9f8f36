@testable import BHTSearch

extension RandomQuery {
  /// A name that spans have, or might have.
  mutating func field() -> FieldExpression { .field(anyField().name, .nowhere) }

  /// Something that is true or false of a span.
  mutating func condition(depth: Int) -> FieldExpression {
    if depth > 0 && chance(3) {
      switch number(1...5) {
      case 1: return .not(condition(depth: depth - 1), .nowhere)
      case 2, 3:
        return .all(parts(depth, unlike: { if case .all = $0 { true } else { false } }), .nowhere)
      default:
        return .any(parts(depth, unlike: { if case .any = $0 { true } else { false } }), .nowhere)
      }
    }
    return simpleCondition()
  }

  /// Two or three conditions, none of which `isExcluded`.
  private mutating func parts(
    _ depth: Int, unlike isExcluded: (FieldExpression) -> Bool
  ) -> [FieldExpression] {
    (0...number(1...2)).map { _ in
      let part = condition(depth: depth - 1)
      return isExcluded(part) ? simpleCondition() : part
    }
  }

  private mutating func simpleCondition() -> FieldExpression {
    let (name, values) = anyField()
    let field = FieldExpression.field(name, .nowhere)
    switch number(1...20) {
    case 1: return .exists(field, .nowhere)
    case 2: return .missing(field, .nowhere)
    case 3: return field
    case 4: return .literal(.bool(chance(2)), .nowhere)
    case 5, 6, 7: return pattern(field, pick(values))
    case 8: return .comparison(comparisonOperator(), field, self.field(), .nowhere)
    case 9:
      let left = FieldExpression.arithmetic(
        pick(ArithmeticOperator.allCases), field, .literal(numberNear(pick(values)), .nowhere),
        .nowhere)
      return .comparison(
        comparisonOperator(), left, .literal(numberNear(pick(values)), .nowhere), .nowhere)
    case 10:
      return .comparison(
        comparisonOperator(), .negative(field, .nowhere),
        .literal(numberNear(pick(values)).negated, .nowhere), .nowhere)
    case 11:
      return .comparison(comparisonOperator(), .literal(pick(values), .nowhere), field, .nowhere)
    case 12:
      let other = pick(anyField().values)
      return .comparison(comparisonOperator(), field, .literal(other, .nowhere), .nowhere)
    case 13, 14:
      return .comparison(
        comparisonOperator(), field, .literal(numberNear(pick(values)), .nowhere), .nowhere)
    default:
      return .comparison(comparisonOperator(), field, .literal(pick(values), .nowhere), .nowhere)
    }
  }

  private mutating func comparisonOperator() -> ComparisonOperator {
    chance(2) ? .equal : pick(ComparisonOperator.allCases)
  }

  /// A number at or near `value`, or a small one where that is no number; never the smallest int,
  /// whose negative is itself.
  private mutating func numberNear(_ value: SearchValue) -> SearchValue {
    switch value {
    case .int(let number): .int(max(number, .min + 2) &+ (chance(2) ? 0 : 1))
    case .duration(let time): .duration(max(time, 0) / Int64(number(1...2)))
    case .float(let number) where number.isFinite: .float(chance(2) ? number : number / 2)
    default: .int(Int64(number(0...3)))
    }
  }

  /// A pattern that `value` perhaps matches.
  private mutating func pattern(_ field: FieldExpression, _ value: SearchValue) -> FieldExpression {
    var source = ".*"
    if case .text(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) {
      let characters = text.unicodeScalars.prefix(number(0...12))
      let start = characters.map { scalar in
        scalar.properties.isAlphabetic ? String(scalar) : "\\x{\(String(scalar.value, radix: 16))}"
      }.joined()
      source = pick([
        start + ".*", start, "(?i)" + start + ".*", start + "|a.*", "[^a]" + start,
        "." + start + "?.*",
      ])
    }
    guard
      let expression = (try? RegularExpression(Array(source.utf8)))
        ?? (try? RegularExpression(Array(".+".utf8)))
    else { return field }
    return chance(3)
      ? .matchesNot(field, expression, .nowhere) : .matches(field, expression, .nowhere)
  }
}
