import BHTrace

/// The made-up values of generated spans, in the manner of the seed prototype's demo trace.
enum CheckoutText {
  /// `count` random lower-case hexadecimal digits.
  static func hex(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    var bits: UInt64 = 0
    for index in 0..<count {
      if index % 16 == 0 { bits = random.next() }
      let digit = UInt8(truncatingIfNeeded: bits >> 60)
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      bits <<= 4
    }
    return text
  }

  /// `start` followed by a number of `range`.
  static func numbered(
    _ start: StaticString, _ range: ClosedRange<Int>, _ random: inout SplitMix64
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.append(start)
    text.append(random.within(range))
    return text
  }

  /// An address of a private network, its numbers joined by `separator`.
  static func address(_ separator: StaticString, _ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    for (index, part) in [10, 0, random.below(256), random.below(256)].enumerated() {
      if index > 0 { text.append(separator) }
      text.append(part)
    }
    return text
  }

  /// A machine's name.
  static func host(_ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    text.append("ip-")
    text += address("-", &random)
    text.append(".ec2.internal")
    return text
  }

  /// A pod's name.
  static func pod(_ service: StaticString, _ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    text.append(service)
    text.append("-")
    text += hex(8, &random)
    text.append("-")
    for _ in 0..<5 { text.append(UInt8(ascii: "a") + UInt8(random.below(15))) }
    return text
  }

  /// The path a request came by.
  static func route(_ step: CheckoutPlan.Step) -> [UInt8] {
    var text: [UInt8] = []
    text.append("/")
    text.append(CheckoutPlan.services[step.service])
    text.append("/")
    text.append(step.operation)
    return text
  }

  /// A JSON object of 8 to 23 fields with random digits: what no compressor can do much about.
  static func body(_ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    for field in 0..<random.within(8...23) {
      text.append(field == 0 ? "{\"field_" : ",\"field_")
      text.append(field)
      text.append("\":\"")
      text += hex(8, &random)
      text.append("\"")
    }
    text.append("}")
    return text
  }

  /// What a database is asked.
  static func statement(_ step: CheckoutPlan.Step) -> [UInt8] {
    var text: [UInt8] = []
    text.append("SELECT t.*, j.label, j.created_at FROM ")
    text.append(step.operation)
    text.append("_table t LEFT JOIN labels j ON j.entity_id = t.id WHERE t.tenant_id = $1 ")
    text.append("AND t.id = ANY($2) AND t.deleted_at IS NULL ")
    text.append("ORDER BY t.created_at DESC LIMIT 100 OFFSET $3")
    return text
  }

  /// A stack trace of 35 frames.
  static func stackTrace(_ step: CheckoutPlan.Step, _ random: inout SplitMix64) -> [UInt8] {
    var text: [UInt8] = []
    text.append("Traceback (most recent call last):")
    for _ in 0..<35 {
      text.append("\n  File \"svc")
      text += route(step)
      text.append(".py\", line ")
      text.append(random.within(1...400))
      text.append(", in handler")
    }
    return text
  }

  /// What went wrong.
  static let failure: StaticString = "downstream call failed: timeout after 3000ms"
  /// The one browser of all customers.
  static let userAgent: StaticString =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"
}

extension [UInt8] {
  /// Appends a number that is 0 or more, in decimal.
  fileprivate mutating func append(_ number: Int) {
    append(contentsOf: String(number).utf8)
  }
}
