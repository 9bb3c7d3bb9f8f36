/// Makes spans, resources and scopes of OTLP JSON into a batch.
///
/// What is valid JSON but not what has to stand there costs no more than itself: it is kept in
/// `problems`, and the record around it is read on. Text that is no JSON, or ends too early, is
/// thrown; the caller then undoes what was read since its last `mark`.
struct OTLPJSONBuilder {
  /// What is being filled.
  var batch = SpanBatch()
  /// What was repaired since it was last reported.
  var repairs = OTLPJSONRepairs()
  /// What could not be read and is not reported yet.
  var problems: [FormatError] = []
  /// Messages of other telemetry than traces, by `OtherSignal`.
  var signals = OtherSignal.none
  /// Nanoseconds of one step of the input's times.
  var timeStep: UInt64 = 1
  // For the text of keys with escapes, base64 and the like.
  private var scratch: [UInt8] = []

  /// How much there was at some moment.
  struct Mark {
    fileprivate var arena = 0
    fileprivate var spans = 0
    fileprivate var attributes = 0
    fileprivate var events = 0
    fileprivate var links = 0
    fileprivate var resources = 0
    fileprivate var scopes = 0
    fileprivate var repairs = OTLPJSONRepairs()
    fileprivate var signals = OtherSignal.none
    /// The number of problems.
    var problems = 0
  }

  /// How much there is now.
  var mark: Mark {
    Mark(
      arena: batch.arena.count, spans: batch.spans.count, attributes: batch.attributes.count,
      events: batch.events.count, links: batch.links.count, resources: batch.resources.count,
      scopes: batch.scopes.count, repairs: repairs, signals: signals, problems: problems.count)
  }

  /// Forgets what was read since `mark`.
  mutating func undo(to mark: Mark) {
    batch.arena.removeLast(batch.arena.count - mark.arena)
    batch.spans.removeLast(batch.spans.count - mark.spans)
    batch.attributes.removeLast(batch.attributes.count - mark.attributes)
    batch.events.removeLast(batch.events.count - mark.events)
    batch.links.removeLast(batch.links.count - mark.links)
    batch.resources.removeLast(batch.resources.count - mark.resources)
    batch.scopes.removeLast(batch.scopes.count - mark.scopes)
    problems.removeLast(problems.count - mark.problems)
    repairs = mark.repairs
    signals = mark.signals
  }

  /// About the bytes of memory the batch takes.
  @inline(__always)
  var weight: Int {
    batch.arena.count + batch.spans.count * MemoryLayout<SpanRecord>.stride
      + batch.attributes.count * MemoryLayout<AttributeRecord>.stride
      + batch.events.count * MemoryLayout<EventRecord>.stride
      + batch.links.count * MemoryLayout<LinkRecord>.stride
      + batch.resources.count * MemoryLayout<ResourceRecord>.stride
      + batch.scopes.count * MemoryLayout<ScopeRecord>.stride
  }

  /// Adds a resource; returns its number.
  mutating func addResource(_ record: ResourceRecord = ResourceRecord()) -> Int {
    batch.resources.append(record)
    return batch.resources.count - 1
  }

  /// Adds a scope; returns its number.
  mutating func addScope(_ record: ScopeRecord = ScopeRecord()) -> Int {
    batch.scopes.append(record)
    return batch.scopes.count - 1
  }

  // MARK: What is not as it should be

  /// Steps over the value at `place`, which led to `error`, and keeps the error as a problem.
  /// Throws where the value is not sound JSON either.
  @_lifetime(json: copy json)
  mutating func stepOver(
    _ json: inout JSONTokenizer, from place: JSONTokenizer.Place, _ error: FormatError
  ) throws(FormatError) {
    json.goBack(to: place)
    _ = try json.skipValue()
    problems.append(error)
  }

  /// Steps over the value of a key nobody knows.
  @_lifetime(json: copy json)
  mutating func skipUnknown(
    _ json: inout JSONTokenizer, _ key: JSONString
  ) throws(FormatError) {
    _ = try json.skipValue()
    repairs.noteUnknown(json.bytes.array(key.contents))
  }

  /// Counts a value that was stepped over at the outermost level of a document, where telemetry of
  /// other sorts lies.
  mutating func noteOther(_ key: JSONString, _ json: borrowing JSONTokenizer) {
    if let signal = OtherSignal.of(json.bytes, key.contents) {
      signals[signal.rawValue] += 1
    } else {
      repairs.noteUnknown(json.bytes.array(key.contents))
    }
  }

  // MARK: Keys and text

  /// Which of the known keys `key` is.
  @inline(__always)
  mutating func known(_ key: JSONString, _ json: borrowing JSONTokenizer) -> OTLPJSONKey {
    if key.hasEscapes { return knownDecoded(key, json) }
    let camel = OTLPJSONKey.findCamel(json.bytes, key.contents)
    return camel == .unknown ? knownOther(json.bytes, key.contents) : camel
  }

  @inline(never)
  private mutating func knownDecoded(
    _ key: JSONString, _ json: borrowing JSONTokenizer
  ) -> OTLPJSONKey {
    scratch.removeAll(keepingCapacity: true)
    json.decode(key, into: &scratch)
    let text = scratch
    let camel = OTLPJSONKey.findCamel(text.rawSpan, 0..<text.count)
    return camel == .unknown ? knownOther(text.rawSpan, 0..<text.count) : camel
  }

  @inline(never)
  private mutating func knownOther(_ bytes: RawSpan, _ range: Range<Int>) -> OTLPJSONKey {
    let (key, spelling) = OTLPJSONKey.findOther(bytes, range)
    if key != .unknown { repairs.note(spelling == .snake ? .snakeKey : .upperKey) }
    return key
  }

  /// Copies the text of `string` into the batch.
  @inline(__always)
  mutating func text(_ string: JSONString, _ json: borrowing JSONTokenizer) -> ByteRange {
    let start = batch.arena.count
    if string.hasEscapes {
      if !json.decode(string, into: &batch.arena) { repairs.note(.halfSurrogate) }
    } else {
      json.bytes.append(string.contents, to: &batch.arena)
    }
    return ByteRange(start, batch.arena.count - start)
  }

  /// Reads a string into the batch.
  @_lifetime(json: copy json)
  @inline(__always)
  mutating func text(_ json: inout JSONTokenizer) throws(FormatError) -> ByteRange {
    let string = try json.string()
    return text(string, json)
  }

  // MARK: Ids and bytes

  /// Reads an id of `size` bytes where it is a regular one: hex, with dashes as a UUID has them or
  /// 0x before it, base64 of the bytes, base64 of the hex, or else kept as its text. Hex of other
  /// lengths is read as well.
  @_lifetime(json: copy json)
  mutating func identifier(
    _ json: inout JSONTokenizer, size: Int
  ) throws(FormatError) -> ByteRange {
    let string = try json.string()
    if string.hasEscapes {
      scratch.removeAll(keepingCapacity: true)
      json.decode(string, into: &scratch)
      let text = scratch
      return identifier(text.rawSpan, 0..<text.count, size: size)
    }
    return identifier(json.bytes, string.contents, size: size)
  }

  @inline(__always)
  private mutating func identifier(
    _ text: RawSpan, _ range: Range<Int>, size: Int
  ) -> ByteRange {
    let start = batch.arena.count
    if !HexText.append(text, range, to: &batch.arena) { irregular(text, range, size: size) }
    return ByteRange(start, batch.arena.count - start)
  }

  @inline(never)
  private mutating func irregular(_ text: RawSpan, _ range: Range<Int>, size: Int) {
    let start = batch.arena.count
    if let digits = SpelledID.digits(text.array(range)),
      HexText.append(digits.rawSpan, 0..<digits.count, to: &batch.arena)
    {
      repairs.note(.spelledID)
      return
    }
    if Base64.append(text, range, to: &batch.arena) {
      let count = batch.arena.count - start
      if count == size {
        repairs.note(size == 16 ? .base64TraceID : .base64SpanID)
        return
      }
      let digits = Array(batch.arena[start...])
      batch.arena.removeLast(count)
      if count == 2 * size && HexText.append(digits.rawSpan, 0..<count, to: &batch.arena) {
        repairs.note(.base64OfHexID)
        return
      }
    }
    text.append(range, to: &batch.arena)
    repairs.note(.textID)
  }

  /// Reads base64 text into `output`.
  @_lifetime(json: copy json)
  static func base64(
    _ json: inout JSONTokenizer, to output: inout [UInt8]
  ) throws(FormatError) {
    let string = try json.string()
    let isRead: Bool
    if string.hasEscapes {
      var decoded: [UInt8] = []
      json.decode(string, into: &decoded)
      isRead = Base64.append(decoded.rawSpan, 0..<decoded.count, to: &output)
    } else {
      isRead = Base64.append(json.bytes, string.contents, to: &output)
    }
    if !isRead { throw json.unexpected("base64 text", at: string.contents.lowerBound) }
  }
}
