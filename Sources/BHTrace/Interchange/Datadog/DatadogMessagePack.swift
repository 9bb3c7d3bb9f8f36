/// The spans of Datadog's payloads in MessagePack, as documents that `DatadogTraces` reads.
///
/// v0.3 and v0.4 are an array of traces, which are arrays of maps. v0.5 is an array of two: all texts,
/// and the traces, whose spans are arrays of twelve with numbers of texts in place of texts. Payloads
/// may follow each other.
final class DatadogMessagePack: DocumentSource {
  static let format = Sniffer.Format(
    name: "Datadog's agent traces in MessagePack", recognise: recognise,
    open: { stream, _ in DocumentInput(DatadogMessagePack(stream), DatadogTraces()) })

  private let pack: MessagePack
  private var tracesLeft = 0
  private var spansLeft = 0
  /// The texts of a payload of v0.5.
  private var texts: [String]?
  /// The token behind the place where v0.5 is told from the others.
  private var pending: MessagePack.Token?
  /// What was read of a span in which the input ends.
  private var torn: AttributeValue?

  /// A span has no more bytes of text, and no more values, than this.
  private static let largestSpan = 1 << 24
  private static let mostValues = 1 << 20
  private static let deepest = 64
  /// The texts of a payload have no more bytes than this, all in all.
  private static let largestTexts = 1 << 26

  /// The payloads of what is left of `stream`.
  init(_ stream: BufferedStream) { pack = MessagePack(stream, longest: Self.largestSpan) }

  func next(_ report: inout InputReport) throws -> Document? {
    while true {
      if spansLeft > 0 {
        spansLeft -= 1
        if let document = try span(&report) { return document }
      } else if tracesLeft > 0 {
        tracesLeft -= 1
        spansLeft = try count("a trace")
      } else if try !beginPayload(&report) {
        return nil
      }
    }
  }

  /// Reads the start of a payload; false at the end of the stream.
  private func beginPayload(_ report: inout InputReport) throws -> Bool {
    let start = pack.offset
    guard let token = try pack.next() else { return false }
    guard case .array(let count) = token else {
      throw FormatError(.invalid, at: start, "no array starts where a payload of traces has to")
    }
    texts = nil
    tracesLeft = count
    if count == 0 { return true }
    tracesLeft -= 1
    spansLeft = try self.count("a trace")
    if spansLeft == 0 { return true }
    let first = try pack.nextInside()
    if count == 2, case .text = first {
      texts = try readTexts(spansLeft, first: first, &report)
      spansLeft = 0
      tracesLeft = try self.count("the list of traces")
    } else {
      pending = first
    }
    return true
  }

  private func count(_ what: String) throws -> Int {
    let start = pack.offset
    switch try pack.nextInside() {
    case .array(let count): return count
    case .null: return 0
    default:
      throw FormatError(.invalid, at: start, "no array starts where \(what) has to")
    }
  }

  private func readTexts(
    _ count: Int, first: MessagePack.Token, _ report: inout InputReport
  ) throws -> [String] {
    texts = []
    var (texts, size) = ([String](), 0)
    var token: MessagePack.Token? = first
    for _ in 0..<count {
      let start = pack.offset
      guard case .text(let bytes) = try token ?? pack.nextInside() else {
        throw FormatError(.invalid, at: start, "a value stands where a text of the table has to")
      }
      token = nil
      // A text takes some room even where it is empty.
      size += bytes.count + MemoryLayout<String>.size
      guard size <= Self.largestTexts else {
        throw FormatError(
          .outOfBounds, at: start,
          "the texts of a payload take more than \(Self.largestTexts) bytes")
      }
      texts.append(Self.text(bytes, &report))
      if texts.count == 1 { self.texts = texts }
    }
    return texts
  }

  // MARK: Spans

  private func span(_ report: inout InputReport) throws -> Document? {
    let start = pack.offset
    let value = try value(&report)
    do throws(FormatError) {
      if let texts {
        return Document(fields: try fields(value, texts, start), offset: start, line: 0)
      }
      guard let fields = value.object else {
        throw FormatError(.invalid, at: start, "a value stands where a span has to")
      }
      return Document(fields: fields, offset: start, line: 0)
    } catch {
      try report.note(error)
      return nil
    }
  }

  /// The fields of a span of v0.5.
  private func fields(
    _ value: AttributeValue, _ texts: [String], _ offset: Int
  ) throws(FormatError) -> AttributeList {
    let names = [
      "service", "name", "resource", "trace_id", "span_id", "parent_id", "start", "duration",
      "error", "meta", "metrics", "type",
    ]
    guard let values = value.array, values.count == names.count else {
      throw FormatError(
        .invalid, at: offset,
        "a span has \(value.array?.count ?? 0) values where version 0.5 has \(names.count)")
    }
    var size = 0
    func text(_ number: Int64?) throws(FormatError) -> String {
      guard let number, number >= 0, number < texts.count else {
        throw FormatError(
          .outOfBounds, at: offset,
          "text \(number.map(String.init) ?? "without a number") is named, but there are "
            + "\(texts.count)")
      }
      size += texts[Int(number)].utf8.count
      guard size <= Self.largestSpan else {
        throw FormatError(
          .outOfBounds, at: offset,
          "a span has texts of more than \(Self.largestSpan) bytes all together")
      }
      return texts[Int(number)]
    }
    var fields = AttributeList()
    for (name, value) in zip(names, values) {
      switch name {
      case "service", "name", "resource", "type":
        fields.append(name, .string(try text(value.integer)))
      case "meta", "metrics":
        var list = AttributeList()
        for (key, value) in value.object ?? [:] {
          let value = name == "meta" ? .string(try text(value.integer)) : value
          list.append(try text(Int64(key)), value)
        }
        fields.append(name, .object(list))
      default: fields.append(name, value)
      }
    }
    return fields
  }

  // MARK: Values

  /// Reads a value of any kind, without recursion.
  private func value(_ report: inout InputReport) throws -> AttributeValue {
    var builder = AttributeValueBuilder()
    do {
      try pass(to: &builder, &report)
    } catch {
      builder.closeAll()
      torn = builder.value
      throw error
    }
    return builder.value
  }

  private func pass(to builder: inout AttributeValueBuilder, _ report: inout InputReport) throws {
    let start = pack.offset
    // The containers not yet closed: how many keys and values are left.
    var open: [(left: Int, isMap: Bool)] = []
    var (values, size) = (0, 0)
    repeat {
      let token = try pending ?? pack.nextInside()
      pending = nil
      values += 1
      if case .text(let bytes) = token { size += bytes.count }
      if case .bytes(let bytes) = token { size += bytes.count }
      guard values <= Self.mostValues, size <= Self.largestSpan, open.count < Self.deepest else {
        throw FormatError(
          .outOfBounds, at: start,
          "a span has more than \(Self.mostValues) values, \(Self.largestSpan) bytes of text or "
            + "\(Self.deepest) levels")
      }
      if let top = open.last {
        open[open.count - 1].left -= 1
        if top.isMap && top.left & 1 == 0 {
          let key = Array(try key(token, &report).utf8)
          builder.key(key, ByteRange(0, key.count))
          continue
        }
      }
      switch token {
      case .array(let count):
        builder.beginArray()
        open.append((count, false))
      case .map(let count):
        builder.beginObject()
        open.append((count * 2, true))
      default: pass(token, to: &builder, &report)
      }
      while let top = open.last, top.left == 0 {
        if top.isMap { builder.endObject() } else { builder.endArray() }
        open.removeLast()
      }
    } while !open.isEmpty
  }

  private func pass(
    _ token: MessagePack.Token, to builder: inout AttributeValueBuilder,
    _ report: inout InputReport
  ) {
    switch token {
    case .bool(let value): builder.bool(value)
    case .int(let value): builder.int(value)
    case .uint(let value):
      let digits = Array(String(value).utf8)
      builder.bigInt(digits, ByteRange(0, digits.count))
    case .double(let value): builder.double(value)
    case .text(let bytes):
      let text = Array(Self.text(bytes, &report).utf8)
      builder.string(text, ByteRange(0, text.count))
    case .bytes(let bytes): builder.bytes(bytes, ByteRange(0, bytes.count))
    case .other(_, let bytes):
      report.noteRepairs("MessagePack values of other types kept as their bytes", 1)
      builder.bytes(bytes, ByteRange(0, bytes.count))
    case .null, .array, .map: builder.null()
    }
  }

  private func key(_ token: MessagePack.Token, _ report: inout InputReport) throws -> String {
    switch token {
    case .text(let bytes): return Self.text(bytes, &report)
    case .int(let number): return String(number)
    default:
      throw FormatError(.invalid, at: pack.offset, "a key of a map is no text and no number")
    }
  }

  private static func text(_ bytes: [UInt8], _ report: inout InputReport) -> String {
    if !UTF8Check.isValid(bytes, ByteRange(0, bytes.count)) {
      report.noteRepairs("texts that are not UTF-8 repaired", 1)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Recognition

  private static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    // Only arrays.
    guard let byte = head.bytes.first, byte & 0xF0 == 0x90 || byte == 0xDC || byte == 0xDD else {
      return nil
    }
    let source = DatadogMessagePack(BufferedStream(MemoryByteStream(head.bytes)))
    var report = InputReport(isStrict: false)
    do {
      let first = try source.next(&report)
      return first.map { DatadogTraces.isSpan($0.fields) } == true ? .documents : nil
    } catch {
      if let fields = source.torn?.object { return DatadogTraces.isSpan(fields) ? .documents : nil }
      // A table of texts that goes on behind what is looked at; its first text is the empty one.
      return source.texts?.first == "" && !head.isWhole ? .documents : nil
    }
  }
}
