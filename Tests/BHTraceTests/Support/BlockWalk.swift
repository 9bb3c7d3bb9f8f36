@testable import BHTrace

/// Reads the spans of a block and says what each of its codes means: FORMAT.md's worked example.
///
/// For blocks of one part without HEAVY values.
struct BlockWalk {
  /// One of a block's three streams.
  private struct Stream {
    let bytes: [UInt8]
    var position = 0

    mutating func take(_ count: Int) -> [UInt8] {
      defer { position += count }
      return Array(bytes[position..<(position + count)])
    }

    mutating func varint() -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let byte = take(1)[0]
        value |= UInt64(byte & 127) << shift
        if byte < 128 { return value }
        shift += 7
      }
    }
  }

  /// A row of the walk: the codes it takes, and what they say.
  typealias Row = (codes: String, what: String)

  private let tables: SegmentTables
  private var (codes, text, random): (Stream, Stream, Stream)
  private var rowStart = 0
  private var recent: [[UInt8]] = []
  private(set) var rows: [Row] = []

  init(codes: [UInt8], text: [UInt8], random: [UInt8], _ tables: SegmentTables) {
    (self.codes, self.text, self.random) =
      (Stream(bytes: codes), Stream(bytes: text), Stream(bytes: random))
    self.tables = tables
  }

  /// Whether all streams are read to their ends.
  var isAtEnd: Bool {
    [codes, text, random].allSatisfy { $0.position == $0.bytes.count }
  }

  /// Walks through the next span, of this operation; the rows are its own.
  mutating func span(operation: Int) {
    rows = []
    let number = Int(codes.varint())
    let shape: SpanShape
    if number > 0 {
      shape = tables.spanShapes[operation][number - 1]
      say(
        "shape \(number - 1) of operation \(operation): flags \(shape.flags), "
          + "status \(shape.statusCode), \(slotNames(shape.slots))")
    } else {
      let flags = codes.take(1)[0]
      let status = ZigZag.decode(codes.varint())
      let slots = inlineSlots()
      shape = SpanShape(
        operation: UInt32(operation), statusCode: Int32(status), hasStatus: flags & 1 > 0,
        hasEvents: flags & 2 > 0, hasLinks: flags & 4 > 0, slots: slots)
      say("a shape of its own: flags \(flags), status \(status), \(slotNames(slots))")
    }
    values(shape.slots)
    if shape.hasEvents { list("event") { $0.event() } }
    if shape.hasLinks { list("link") { $0.link() } }
  }

  private mutating func list(_ name: String, _ read: (inout BlockWalk) -> Void) {
    let count = codes.varint()
    say("\(count) \(name)\(count == 1 ? "" : "s")")
    for _ in 0..<count { read(&self) }
  }

  private mutating func event() {
    let number = Int(codes.varint())
    var shape = EventShape()
    if number > 0 {
      shape = tables.eventShapes[number - 1]
      say(
        "event shape \(number - 1): `\(string(shape.name))`, unit \(shape.unit), "
          + slotNames(shape.slots))
    } else {
      shape.name = text.take(Int(codes.varint()))
      shape.slots = inlineSlots()
      say("an event shape of its own: `\(string(shape.name))` in text, \(slotNames(shape.slots))")
    }
    let distance = ZigZag.decode(codes.varint())
    say("\(distance) units of time after the span's start")
    values(shape.slots)
  }

  private mutating func link() {
    let number = Int(codes.varint())
    let slots = number > 0 ? tables.linkShapes[number - 1].slots : inlineSlots()
    say(
      (number > 0 ? "link shape \(number - 1)" : "a link shape of its own") + ": "
        + slotNames(slots))
    let trace = Int(codes.varint())
    let traceID = trace == 0 ? "" : hex(random.take(trace == 1 ? 16 : trace - 2))
    say(trace == 0 ? "the span's own trace" : "trace id, \(traceID) in random")
    let count = Int(codes.varint())
    let spanID = hex(random.take(count == 0 ? 8 : count - 1))
    say("span id, \(spanID) in random")
    values(slots)
  }

  private mutating func inlineSlots() -> [Slot] {
    (0..<codes.varint()).map { _ in Slot(word: SlotWord(rawValue: UInt32(codes.varint()))) }
  }

  private mutating func values(_ slots: [Slot]) {
    for slot in slots where slot.constant == nil {
      let value = value(slot)
      say("\(name(slot)): \(value)")
    }
  }

  private mutating func value(_ slot: Slot) -> String {
    switch slot.word.kind {
    case .absent, .empty: return "nothing"
    case .bool: return codes.take(1)[0] == 0 ? "false" : "true"
    case .int: return "\(ZigZag.decode(codes.varint()))"
    case .double:
      let scale = Int(codes.varint())
      if scale == 0 { return "the double of bits \(hex(random.take(8).reversed())) in random" }
      let mantissa = ZigZag.decode(codes.varint())
      return "\(mantissa) / 10^\(scale - 1)"
    default: return longValue(slot)
    }
  }

  private mutating func longValue(_ slot: Slot) -> String {
    let code = codes.varint()
    switch code {
    case ValueCode.literal: return "`\(string(text.take(Int(codes.varint()))))` in text"
    case ValueCode.hex:
      let count = Int(codes.varint())
      return "hex, " + randomBytes(count)
    case ValueCode.uuid: return "UUID, " + randomBytes(16)
    case ValueCode.decimal: return "the number \(codes.varint())"
    case ValueCode.ipv4:
      return "IPv4 address " + random.take(4).map { "\($0)" }.joined(separator: ".") + " in random"
    case ValueCode.traceID: return "the span's trace id"
    case ValueCode.spanID: return "the span's id"
    case ValueCode.parentID: return "the span's parent id"
    default: break
    }
    let place = Int(code - ValueCode.tableBase)
    let templates = tables.templates.first { $0.word == slot.word }?.templates ?? []
    if place < templates.count { return "template \(place), " + filled(templates[place]) }
    let values = tables.values.first { $0.word == slot.word }?.values ?? []
    let number = place - templates.count
    return "value \(number) of its table, `\(string(values[number]))`"
  }

  /// The text of a template, with each variable in brackets.
  private mutating func filled(_ template: TextTemplate) -> String {
    var out = string(template.literals[0])
    for (variable, literal) in zip(template.variables, template.literals.dropFirst()) {
      switch variable {
      case .decimal, .padded: out += "{\(codes.varint())}"
      case .hex(let width): out += "{" + randomBytes((width + 1) / 2) + "}"
      case .text: out += "{\(string(text.take(Int(codes.varint()))))}"
      }
      out += string(literal)
    }
    return "`\(out)`"
  }

  private mutating func randomBytes(_ count: Int) -> String {
    guard ValueCode.recentCounts.contains(count) else {
      return hex(random.take(count)) + " in random"
    }
    let back = Int(codes.varint())
    if back > 0 {
      return "again the \(back == 1 ? "" : "\(back)th ")last, \(hex(recent[recent.count - back]))"
    }
    recent.append(random.take(count))
    return hex(recent[recent.count - 1]) + " in random"
  }

  // MARK: Words

  private mutating func say(_ what: String) {
    rows.append((hexPairs(Array(codes.bytes[rowStart..<codes.position])), what))
    rowStart = codes.position
  }

  private func name(_ slot: Slot) -> String {
    if let field = slot.word.field { return "field \(field.rawValue)" }
    return string(tables.keys[Int(slot.word.key) - 16])
  }

  private func slotNames(_ slots: [Slot]) -> String {
    if slots.isEmpty { return "no slots" }
    return "slots "
      + slots.map { slot in
        guard let constant = slot.constant else { return name(slot) }
        let isText = slot.word.kind == .string
        let value = isText ? string(constant.bytes) : "\(Int64(bitPattern: constant.bits))"
        return "\(name(slot)) = `\(value)`"
      }.joined(separator: ", ")
  }

  private func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func hexPairs(_ bytes: [UInt8]) -> String {
    bytes.map { hex([$0]) }.joined(separator: " ")
  }
}
