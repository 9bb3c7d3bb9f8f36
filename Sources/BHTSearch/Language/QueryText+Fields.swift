extension QueryText {
  /// `expression`, in brackets where it binds less tightly than `level`.
  mutating func write(_ expression: FieldExpression, level: Int = 0) {
    let own = Self.level(expression)
    bracketed(own < level) { $0.writePlain(expression, own) }
  }

  /// How tightly an expression binds, as the parser reads it.
  private static func level(_ expression: FieldExpression) -> Int {
    switch expression {
    case .all, .any: 1
    case .comparison, .matches, .matchesNot, .exists, .missing: 2
    case .negative: 3
    case .not: 4
    case .arithmetic(.add, _, _, _), .arithmetic(.subtract, _, _, _): 3
    case .arithmetic(.power, _, _, _): 6
    case .arithmetic: 5
    // A negative number is read as one with a minus sign before it.
    case .literal(let value, _): value.isNegative ? 3 : 7
    case .field: 7
    }
  }

  private mutating func writePlain(_ expression: FieldExpression, _ own: Int) {
    switch expression {
    case .literal(let value, _): write(value)
    case .field(let name, _): write(name)
    case .not(let part, _):
      append("!")
      write(part, level: 5)
    case .negative(let part, _):
      append("-")
      write(part, level: 4)
    case .all(let parts, _): write(parts, " && ")
    case .any(let parts, _): write(parts, " || ")
    case .comparison(let op, let left, let right, _): write(left, op.rawValue, right, 2)
    case .arithmetic(.power, let left, let right, _):
      write(left, level: 7)
      append(" ^ ")
      write(right, level: 6)
    case .arithmetic(let op, let left, let right, _): write(left, op.rawValue, right, own)
    case .matches(let part, let pattern, _):
      write(part, "=~", .literal(.text(pattern.pattern), .nowhere), 2)
    case .matchesNot(let part, let pattern, _):
      write(part, "!~", .literal(.text(pattern.pattern), .nowhere), 2)
    case .exists(let part, _): write(part, "!=", .literal(.missing, .nowhere), 2)
    case .missing(let part, _): write(part, "=", .literal(.missing, .nowhere), 2)
    }
  }

  private mutating func write(
    _ left: FieldExpression, _ symbol: String, _ right: FieldExpression, _ level: Int
  ) {
    write(left, level: level)
    append(" \(symbol) ")
    write(right, level: level + 1)
  }

  private mutating func write(_ parts: [FieldExpression], _ separator: String) {
    for (index, part) in parts.enumerated() {
      if index > 0 { append(separator) }
      write(part, level: 2)
    }
  }

  /// A name, with quotes where it needs them.
  mutating func write(_ name: FieldName) {
    switch name {
    case .intrinsic(let intrinsic): append(intrinsic.rawValue)
    case .attribute(let name):
      append(name.scope.prefix)
      let key = String(decoding: name.key, as: UTF8.self)
      append(Self.needsQuotes(name) ? Self.quoted(key) : key)
    }
  }

  private static func needsQuotes(_ name: AttributeName) -> Bool {
    var lexer = Lexer(Array((name.scope.prefix + String(decoding: name.key, as: UTF8.self)).utf8))
    guard let token = try? lexer.next(), let end = try? lexer.next() else { return true }
    return token.kind != .attribute(name) || end.kind != .end
  }

  private static func quoted(_ key: String) -> String {
    var result = "\""
    for scalar in key.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  /// A literal; arrays, which have none, are written in brackets.
  mutating func write(_ value: SearchValue) {
    switch value {
    case .missing: append("nil")
    case .text(let bytes): append(Self.literal(bytes))
    case .int(.min): append("minInt")
    case .int(let number): append("\(number)")
    case .float(let number): append("\(number)")
    case .bool(let flag): append("\(flag)")
    case .duration(let time): append(DurationText.print(time))
    case .status(let code): append(Self.constant(.status(code)) ?? "\(code)")
    case .kind(let number): append(Self.constant(.kind(number)) ?? "\(number)")
    case .texts, .ints, .floats, .bools:
      append("[")
      for (index, element) in (value.elements ?? []).enumerated() {
        if index > 0 { append(", ") }
        write(element)
      }
      append("]")
    }
  }

  private static func constant(_ value: SearchValue) -> String? {
    Keyword.constants.first { $0.value == value }?.key
  }

  /// `bytes` in double quotes, with escapes for what is no text.
  private static func literal(_ bytes: [UInt8]) -> String {
    var result = "\""
    var rest = bytes[...]
    while let first = rest.first {
      let text = String(decoding: rest.prefix(4), as: UTF8.self)
      guard let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}" || first == 0xEF else {
        result += escape(first)
        rest = rest.dropFirst()
        continue
      }
      let length = UTF8.width(scalar)
      if !rest.prefix(length).elementsEqual(String(scalar).utf8) || scalar.value < 0x20
        || scalar == "\u{7F}"
      {
        result += escape(first)
        rest = rest.dropFirst()
        continue
      }
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
      rest = rest.dropFirst(length)
    }
    return result + "\""
  }

  private static func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }
}

extension FieldName: CustomStringConvertible {
  /// The name as queries write it.
  package var description: String { QueryText.of { $0.write(self) } }
}

extension SearchValue: CustomStringConvertible {
  /// The value as queries write it.
  package var description: String { QueryText.of { $0.write(self) } }
}

extension SearchValue {
  /// Whether a literal of this value starts with a minus sign.
  fileprivate var isNegative: Bool {
    switch self {
    case .int(let value): value < 0 && value != .min
    case .duration(let value): value < 0
    case .float(let value): value.sign == .minus
    default: false
    }
  }
}
