import Foundation
import Testing

@testable import BHTrace

/// Makes v1 files as no sane writer would, yet readable: odd spacing, escapes, number texts, key
/// orders, doubled and missing and unknown keys, odd types, blocks in any order with gaps and
/// overlaps.
struct OddV1File {
  private var random: SeededGenerator
  /// 0: everything as the prototype writes it; 1: everything odd.
  private let oddness: Double

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    oddness = [0, 0.02, 0.2, 0.6][Int(seed % 4)]
  }

  private mutating func odd() -> Bool { Double.random(in: 0..<1, using: &random) < oddness }
  private mutating func pick<T>(_ choices: [T]) -> T { choices.randomElement(using: &random)! }
  private mutating func number(_ range: Range<Int>) -> Int { .random(in: range, using: &random) }

  private mutating func space() -> String { odd() ? pick(["", " ", "\n", "\t ", "\r\n  "]) : "" }
  private mutating func comma() -> String { odd() ? space() + "," + space() : ", " }
  private mutating func colon() -> String { odd() ? space() + ":" + space() : ": " }

  /// `plain` as a JSON string, perhaps of another text that only looks like it; always of the
  /// same where it `mustMeanTheSame`.
  private mutating func text(_ plain: String, mustMeanTheSame: Bool = false) -> String {
    var writer = JSONTextWriter()
    writer.string(Array(plain.utf8))
    let written = String(decoding: writer.output.bytes, as: UTF8.self)
    if !odd() { return written }
    let escape = pick(["all", "\\u00e9", "\\/", "\\ud800", "\\uD83D\\uDE00"])
    if escape != "all" && !mustMeanTheSame { return "\"\(escape)\(written.dropFirst())" }
    let units = plain.utf16.map { unit -> String in
      let digits = "000" + String(unit, radix: 16)
      return "\\u\(digits.suffix(4))"
    }
    return "\"\(units.joined())\""
  }

  private mutating func word() -> String {
    text(
      pick(["", "a", "http.method", "é", "e\u{301}", "😀", "q\"\\\n\u{1}\u{7f}", "ts_us", "name"]))
  }

  private mutating func value(_ depth: Int = 0) -> String {
    switch number(0..<(depth < 4 ? 9 : 7)) {
    case 0: return "null"
    case 1: return pick(["true", "false"])
    case 2:
      if odd() { return pick(["-0", "99999999999999999999", "-9223372036854775809", "0e1"]) }
      return pick(["0", "-7", "200", "9223372036854775807", "-9223372036854775808"])
    case 3:
      if odd() { return pick(["1.50", "1E5", "1e400", "-0.0e-9", "0.1000", "1e+05"]) }
      return pick(["0.1", "-0.0", "1e-05", "1e+16", "123.456", "NaN", "Infinity", "-Infinity"])
    case 4, 5, 6: return word()
    case 7: return list("[", "]", count: number(0..<4)) { $0.value(depth + 1) }
    default:
      return list("{", "}", count: number(0..<4)) {
        $0.word() + $0.colon() + $0.value(depth + 1)
      }
    }
  }

  private mutating func list(
    _ open: String, _ close: String, count: Int, _ item: (inout OddV1File) -> String
  ) -> String {
    var result = open + space()
    for index in 0..<count { result += (index > 0 ? comma() : "") + item(&self) }
    return result + space() + close
  }

  /// An object with these keys and values, some of them missing, doubled or out of order.
  private mutating func object(
    _ pairs: [(String, String)], required: Set<String> = []
  ) -> String {
    var pairs = pairs
    if odd() { pairs.shuffle(using: &random) }
    pairs = pairs.flatMap { pair in
      if odd() && !required.contains(pair.0) {
        return pick([[], [pair, pair], [(pair.0, value())], [pair, (word2(), value())]])
      }
      return [pair]
    }
    var index = 0
    return list("{", "}", count: pairs.count) {
      defer { index += 1 }
      let key = $0.text(pairs[index].0, mustMeanTheSame: required.contains(pairs[index].0))
      return key + $0.colon() + pairs[index].1
    }
  }

  private mutating func word2() -> String { pick(["x", "off2", "status_message", ""]) }

  private mutating func payload() -> String {
    if odd() && odd() { return value() }
    let attributes = list("{", "}", count: number(0..<6)) {
      $0.word() + $0.colon() + $0.value()
    }
    let events = list("[", "]", count: number(0..<3)) { file in
      if file.odd() && file.odd() { return file.value() }
      var pairs = [("ts_us", "\(file.number(0..<900))"), ("name", file.word())]
      for _ in 0..<file.number(0..<3) { pairs.append(("k\(file.number(0..<3))", file.value())) }
      return file.object(pairs)
    }
    return object([("attributes", attributes), ("events", events)])
  }

  /// The file's bytes.
  mutating func bytes() -> [UInt8] {
    let count = number(0..<8)
    var area: [UInt8] = []
    var places: [(Int, Int)] = []
    for _ in 0..<count {
      if odd() && !places.isEmpty {
        places.append(pick(places))
        continue
      }
      if odd() { area += Array(pick(["#", "gap ", "{}", "\0"]).utf8) }
      let block = Array(payload().utf8)
      places.append((area.count, block.count))
      area += block
    }
    if odd() { area += Array("tail".utf8) }
    if odd() { places.shuffle(using: &random) }
    var index = 0
    let tree = list("[", "]", count: count) { file in
      defer { index += 1 }
      let parent = index == 0 ? "null" : file.text("s\(file.number(0..<index))")
      return file.object(
        [
          ("id", file.text("s\(index)")), ("parent", parent),
          ("service", file.text(file.pick(["gateway", "db", "é", "e\u{301}", ""]))),
          ("op", file.word()), ("start_us", file.odd() ? file.value() : "\(index * 10)"),
          ("dur_us", file.odd() ? file.value() : "\(file.number(0..<100))"),
          ("status", file.text(file.pick(["ok", "ok", "error", "timeout"]))),
          ("off", "\(places[index].0)"), ("size", "\(places[index].1)"),
        ], required: ["off", "size"])
    }
    let header = object([
      ("trace_id", word()), ("n_spans", "\(count)"), ("root_id", count > 0 ? text("s0") : "null"),
      ("total_us", "\(number(0..<100))"),
    ])
    let parts = [space() + header, space() + tree].map { Array($0.utf8) }
    return (try? V1Encoder.assemble(header: parts[0], tree: parts[1], payload: area)) ?? []
  }
}

/// What `body` throws, or nil.
func formatError(_ body: () throws(FormatError) -> Void) -> FormatError? {
  do throws(FormatError) {
    try body()
    return nil
  } catch { return error }
}
