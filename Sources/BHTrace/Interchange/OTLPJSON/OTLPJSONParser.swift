/// Reads the structure around the spans of OTLP JSON, from a window of its text, one piece at a
/// time: a piece is a bracket and what opens it, a resource, a scope, or a run of spans.
///
/// A piece that does not lie in the window as a whole is not begun, so that reading can stop
/// anywhere and go on when there is more text. The open objects and arrays are the `frames`.
///
/// Resource, scope and schema URL belong to every span of a group, and may come after the spans
/// (the schema URL does by the specification's own order). So no batch ends inside a group, and
/// memory is that of the largest group; one heavier than `mostHeldBack` is delivered in parts, and
/// what comes too late for the parts delivered is a problem.
struct OTLPJSONParser {
  /// An object or array that is open.
  struct Frame {
    enum Kind {
      /// The array around several documents, and the object of one.
      case documents, document
      /// The array of resource groups, and one.
      case groups, group
      /// The array of scope groups, and one.
      case scopes, scope
      case spans
      /// A value nobody wants that is larger than the window.
      case skipped
    }

    var kind: Kind
    /// The resource and the scope of the groups it lies in; -1 outside of them.
    var resource = -1
    var scope = -1
    /// Whether nothing was read of it yet.
    var isFirst = true
    /// Whether some of its spans are in a batch that was delivered.
    var isCut = false

    var isObject: Bool { kind == .document || kind == .group || kind == .scope }
  }

  /// What the spans are made into.
  var builder = OTLPJSONBuilder()
  /// The next byte, in the window.
  var position = 0
  /// Where the record being read begins, in the window: the outermost object or array. Nil where
  /// it cannot be read again.
  var recordStart: Int?
  /// What was there when that record began.
  var recordMark = OTLPJSONBuilder.Mark()
  /// Whether what is next is only the rest of broken text: the next record begins with a line.
  var isLost = false
  /// The documents read to their end.
  var documents = 0
  /// A batch as heavy as this (bytes) is delivered even in the middle of a group.
  var mostHeldBack: Int
  var frames: [Frame] = []
  var mark = OTLPJSONBuilder.Mark()
  private var skipper = JSONValueSkipper()

  /// A value nobody wants that is larger than this (bytes) need not lie in the window: it is
  /// stepped over unchecked.
  static let largestChecked = 1 << 20
  /// Objects and arrays around spans in each other, at most.
  static let deepest = 32

  /// Nothing read.
  init(mostHeldBack: Int) { self.mostHeldBack = mostHeldBack }

  /// Whether every span read has its whole group, or the batch has become too heavy to wait.
  var canDeliver: Bool {
    builder.weight >= mostHeldBack || frames.allSatisfy { $0.resource < 0 }
  }

  /// Reads the next piece; false where there is no more.
  ///
  /// Throws where the piece is not all there, or broken. Then `undo` has to be called.
  mutating func step(_ bytes: RawSpan, base: Int, isEnd: Bool) throws(FormatError) -> Bool {
    mark = builder.mark
    guard var frame = frames.last else { return try beginRecord(bytes, base: base, isEnd: isEnd) }
    if frame.kind == .skipped {
      try skipOn(bytes, base: base)
      return true
    }
    var json = JSONTokenizer(
      resuming: bytes, at: position, inObject: frame.isObject, atStart: frame.isFirst,
      base: base, allowsNonFinite: true)
    let piece = try readPiece(&json, &frame, isEnd: isEnd)
    // Nothing throws from here on: a piece is read as a whole or not at all.
    position = json.position
    frame.isFirst = false
    switch piece {
    case .value: frames[frames.count - 1] = frame
    case .opened(let inner):
      frames[frames.count - 1] = frame
      frames.append(inner)
    case .closed:
      frames.removeLast()
      let outer = frames.last?.kind
      if frame.kind == .document && (outer == nil || outer == .documents) { documents += 1 }
    }
    return true
  }

  /// Forgets what the piece that failed has left in the batch.
  mutating func undo() { builder.undo(to: mark) }

  private mutating func skipOn(_ bytes: RawSpan, base: Int) throws(FormatError) {
    var ahead = skipper
    let end = try ahead.skip(bytes, from: position, base: base)
    skipper = ahead
    position = end ?? bytes.byteCount
    if end == nil {
      throw FormatError(
        .truncated, at: base + position, "the text ends inside a value that is stepped over")
    }
    skipper = JSONValueSkipper()
    frames.removeLast()
  }

  // MARK: Records

  /// Begins the next record, behind white space and what else occurs between records.
  private mutating func beginRecord(
    _ bytes: RawSpan, base: Int, isEnd: Bool
  ) throws(FormatError) -> Bool {
    recordStart = nil
    if isLost {
      guard findLine(bytes) else {
        if isEnd { return false }
        throw JSONTokenizer(bytes, base: base).unexpected("a line", at: bytes.byteCount)
      }
      isLost = false
    }
    while position < bytes.byteCount {
      switch bytes.byte(at: position) {
      case UInt8(ascii: "{"): return begin(.document)
      case UInt8(ascii: "["): return begin(.documents)
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        position += 1
      case 0:
        builder.repairs.note(.skippedNUL)
        position += 1
        mark = builder.mark
      case 0xEF
      where position + 3 <= bytes.byteCount && bytes.byte(at: position + 1) == 0xBB
        && bytes.byte(at: position + 2) == 0xBF:
        builder.repairs.note(.skippedMark)
        position += 3
        mark = builder.mark
      default:
        throw JSONTokenizer(bytes, base: base).unexpected(
          "an object or an array of objects", at: position)
      }
    }
    if isEnd { return false }
    throw JSONTokenizer(bytes, base: base).unexpected("a record", at: position)
  }

  private mutating func begin(_ kind: Frame.Kind) -> Bool {
    recordStart = position
    recordMark = builder.mark
    frames.append(Frame(kind: kind))
    position += 1
    return true
  }

  /// Gives up the record being read; the next one begins with a line, at `place` of the window or
  /// behind it.
  mutating func abandonRecord(at place: Int) {
    frames.removeAll()
    recordStart = nil
    position = place
    isLost = true
  }

  /// Goes back to the beginning of the record being read; false where that is not possible.
  mutating func restartRecord() -> Bool {
    guard let recordStart else { return false }
    frames.removeAll()
    builder.undo(to: recordMark)
    position = recordStart
    return true
  }

  /// Where the span begins that is next, in the window; nil where none can be.
  func startOfSpan(_ bytes: RawSpan) -> Int? {
    guard let frame = frames.last, frame.kind == .spans else { return nil }
    var at = position
    var needsComma = !frame.isFirst
    while at < bytes.byteCount {
      switch bytes.byte(at: at) {
      case UInt8(ascii: "{"): return needsComma ? nil : at
      case UInt8(ascii: ",") where needsComma: needsComma = false
      case 0...0x20: break
      default: return nil
      }
      at += 1
    }
    return nil
  }

  /// Steps over the next span, which ends at `end` of the window and cannot be read.
  mutating func stepOverSpan(to end: Int, _ error: FormatError) {
    builder.problems.append(error)
    position = end
    frames[frames.count - 1].isFirst = false
  }

  /// Moves on to the next line that begins like a record. Where there is none, the position is
  /// that of the newline it may come after.
  private mutating func findLine(_ bytes: RawSpan) -> Bool {
    while let newline = bytes.firstIndex(of: UInt8(ascii: "\n"), from: position) {
      position = newline
      if newline + 1 == bytes.byteCount { return false }
      let next = bytes.byte(at: newline + 1)
      position += 1
      if next == UInt8(ascii: "{") || next == UInt8(ascii: "[") { return true }
    }
    position = bytes.byteCount
    return false
  }
}

/// Delivering what was read.
extension OTLPJSONParser {
  /// Takes the batch; the groups that are open go on in the next one.
  mutating func takeBatch() -> SpanBatch {
    let full = builder.batch
    var next = SpanBatch()
    next.arena.reserveCapacity(full.arena.count)
    next.spans.reserveCapacity(full.spans.count)
    next.attributes.reserveCapacity(full.attributes.count)
    recordStart = nil
    builder.batch = next
    var (resource, scope) = ((old: -1, new: -1), (old: -1, new: -1))
    for index in frames.indices {
      let frame = frames[index]
      // Frames in the same group lie next to each other.
      if frame.resource >= 0 && frame.resource != resource.old {
        let record = builder.batch.copy(full.resources[frame.resource], from: full)
        resource = (frame.resource, builder.addResource(record))
      }
      if frame.scope >= 0 && frame.scope != scope.old {
        let record = builder.batch.copy(full.scopes[frame.scope], from: full)
        scope = (frame.scope, builder.addScope(record))
      }
      if frame.kind == .scope {
        frames[index].isCut =
          frame.isCut || full.spans.contains { Int($0.scope) == frame.scope }
      } else {
        frames[index].isCut =
          frame.isCut || full.spans.contains { Int($0.resource) == frame.resource }
      }
      if frame.resource >= 0 { frames[index].resource = resource.new }
      if frame.scope >= 0 { frames[index].scope = scope.new }
    }
    mark = builder.mark
    return full
  }
}
