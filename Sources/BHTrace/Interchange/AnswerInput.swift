/// An answer of a query API that holds no spans, saved as a file: an error, or the answer of another
/// API.
struct EmptyAnswer: Equatable {
  /// What the answer itself says, or what it is.
  var says: String

  /// Longer messages are cut (bytes).
  private static let longestMessage = 300

  /// The answer in `head`; nil where it is none, or one with anything in it.
  init?(_ head: Sniffer.Head) {
    guard head.isWhole else { return nil }
    var answer = Members()
    do throws(FormatError) {
      var json = JSONTokenizer(head.bytes.rawSpan)
      try answer.read(&json)
      try json.requireEnd("the answer")
    } catch { return nil }
    if !answer.messages.isEmpty {
      says = "it says \"\(answer.messages.joined(separator: "; "))\""
    } else if answer.isQueryResult {
      says = "it is the result of a query for metrics"
    } else if answer.isEmptyData {
      let total = answer.total > 0 ? ", though it says that there are \(answer.total)" : ""
      says = "there are no traces in it\(total)"
    } else {
      return nil
    }
  }

  /// What the members of an answer say.
  private struct Members {
    var messages: [String] = []
    var isEmptyData = false
    var isQueryResult = false
    var total: Int64 = 0

    @_lifetime(json: copy json)
    mutating func read(_ json: inout JSONTokenizer) throws(FormatError) {
      try json.beginObject()
      var (hasCode, message) = (false, String?.none)
      while let key = try json.nextKey() {
        let kind = try json.peek()
        if json.equals(key, "data") {
          try readData(&json, kind)
        } else if json.equals(key, "errors"), kind == .array {
          try json.beginArray()
          while try json.nextElement() {
            if try json.peek() == .object { try readError(&json) } else { _ = try json.skipValue() }
          }
        } else if json.equals(key, "error"), kind == .object {
          try readError(&json)
        } else if json.equals(key, "error") || json.equals(key, "message"), kind == .string {
          message = try Self.text(&json)
          if json.equals(key, "error") { hasCode = true }
        } else if json.equals(key, "total"), kind == .number {
          total = try json.number().int64(in: json.bytes) ?? 0
        } else if json.equals(key, "resourceSpans") || json.equals(key, "spans") {
          throw json.unexpected("an answer without spans")
        } else {
          if json.equals(key, "code") || json.equals(key, "status") { hasCode = true }
          _ = try json.skipValue()
        }
      }
      if hasCode, let message { messages.append(message) }
    }

    @_lifetime(json: copy json)
    private mutating func readData(
      _ json: inout JSONTokenizer, _ kind: JSONKind
    ) throws(FormatError) {
      switch kind {
      case .null: isEmptyData = true
      case .array:
        try json.beginArray()
        if try json.nextElement() { throw json.unexpected("an empty array") }
        isEmptyData = true
        return
      case .object:
        try json.beginObject()
        isEmptyData = true
        while let key = try json.nextKey() {
          isEmptyData = false
          if json.equals(key, "resultType") { isQueryResult = true }
          _ = try json.skipValue()
        }
        return
      default: break
      }
      _ = try json.skipValue()
    }

    /// Reads an error: its code, and what it says.
    @_lifetime(json: copy json)
    private mutating func readError(_ json: inout JSONTokenizer) throws(FormatError) {
      var (code, message) = ("", "")
      try json.beginObject()
      while let key = try json.nextKey() {
        let kind = try json.peek()
        if json.equals(key, "code") || json.equals(key, "httpCode"), kind == .number {
          let range = try json.number().text
          code = String(decoding: json.bytes.array(range), as: UTF8.self)
        } else if json.equals(key, "msg") || json.equals(key, "message"), kind == .string {
          message = try Self.text(&json)
        } else {
          _ = try json.skipValue()
        }
      }
      let parts = [code, message].filter { !$0.isEmpty }
      if !parts.isEmpty { messages.append(parts.joined(separator: " ")) }
    }

    @_lifetime(json: copy json)
    private static func text(_ json: inout JSONTokenizer) throws(FormatError) -> String {
      let string = try json.string()
      var text: [UInt8] = []
      json.decode(string, into: &text)
      return String(decoding: text.prefix(longestMessage), as: UTF8.self)
    }
  }
}

/// The reader of an answer without spans, which says so.
final class AnswerInput: BatchReader {
  private let stream: BufferedStream

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream) { self.stream = stream }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    let head = Sniffer.Head(bytes: Array(try stream.peek(Sniffer.headSize)), isWhole: true)
    throw FormatError(
      .noSpans, at: nil,
      "the content is an answer without spans: \(EmptyAnswer(head)?.says ?? "it is empty")")
  }
}
