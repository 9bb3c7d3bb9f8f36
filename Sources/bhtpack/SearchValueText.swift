import BHTSearch
import BHTView
import BHTrace

/// Values of queries as people read them.
enum SearchValueText {
  /// A value in one line.
  static func text(_ value: SearchValue) -> String {
    switch value {
    case .missing: "nil"
    case .text(let text): Printable.text(text)
    case .int(let int): String(int)
    case .float(let float): String(float)
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .duration(let nanoseconds):
      (nanoseconds < 0 ? "-" : "") + Printable.duration(nanoseconds.magnitude)
    case .status(let code): word(code, ["unset", "ok", "error"])
    case .kind(let number): kind(number)
    case .texts, .ints, .floats, .bools:
      "[" + (value.elements ?? []).map(text).joined(separator: ", ") + "]"
    }
  }

  /// The word for a span's kind.
  static func kind(_ number: Int32) -> String {
    word(number, ["unspecified", "internal", "server", "client", "producer", "consumer"])
  }

  private static func word(_ number: Int32, _ words: [String]) -> String {
    words.indices.contains(Int(number)) ? words[Int(number)] : String(number)
  }
}
