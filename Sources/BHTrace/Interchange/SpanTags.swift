/// What the tags of a Jaeger or Zipkin span say about fields that the model has of their own, and
/// which of the tags that makes superfluous.
///
/// A tag is superfluous where the writer would make the same one from the field. Other spellings
/// of the same fact (`error` without `otel.status_code`, `otel.library.name`) set the field and stay
/// as attributes, and the writer sees in them that nothing is to be added. The first tag that can
/// be read counts.
///
/// | tag | field | superfluous |
/// |---|---|---|
/// | `span.kind` (one of the five names; Zipkin: `internal`) | kind | yes |
/// | `otel.status_code` OK | status code | yes, unless there is an `error` |
/// | `otel.status_code` ERROR and `error` | status code (Zipkin: message) | yes, both |
/// | `error` alone, `otel.status_code` ERROR alone | status code (Zipkin: message) | no |
/// | `otel.status_code` in other spellings (`Ok`, `STATUS_CODE_ERROR`, 2), `ot.status_code` without it | status code | no |
/// | `otel.status_description` | status message | yes |
/// | `ot.status_description` without it | status message | no |
/// | `otel.scope.name`, `otel.scope.version` | scope | yes |
/// | `otel.library.name`, `otel.library.version` | scope, without the former | no |
/// | `w3c.tracestate` | trace state | yes |
struct SpanTags {
  /// Whose habits the tags follow.
  enum Habit { case jaeger, zipkin }

  /// The tags that stand for fields.
  enum Role: Int, CaseIterable {
    case kind, code, error, message, scopeName, scopeVersion, libraryName, libraryVersion
    case traceState, formerCode, formerMessage
  }

  /// The index of the first tag of each role, or -1.
  private var places = [Int](repeating: -1, count: Role.allCases.count)
  private(set) var kind: Int32 = 0
  private(set) var statusCode: Int32 = 0
  private(set) var statusMessage = ByteRange.empty
  private(set) var scopeName = ByteRange.empty
  private(set) var scopeVersion = ByteRange.empty
  private(set) var traceState = ByteRange.empty
  private var superfluous = 0

  /// Whether any tag says something about the status.
  var hasStatus: Bool { statusCode != 0 || has(.message) || has(.formerMessage) }

  /// Reads `tags`, whose ranges lie in `arena`.
  init(_ tags: some RandomAccessCollection<AttributeRecord>, _ arena: [UInt8], _ habit: Habit) {
    for (index, tag) in tags.enumerated() {
      guard let role = Self.role(tag, arena), places[role.rawValue] < 0,
        Self.isReadable(tag, role, arena, habit)
      else { continue }
      places[role.rawValue] = index
      take(tag, role, arena, habit)
    }
    if !has(.scopeName), has(.libraryName) { scopeName = libraryName }
    if !has(.scopeVersion), has(.libraryVersion) { scopeVersion = libraryVersion }
    if !has(.code) { statusCode = formerCode }
    if !has(.message) { statusMessage = formerMessage }
    decideStatus(habit)
  }

  private var libraryName = ByteRange.empty
  private var libraryVersion = ByteRange.empty
  private var errorText = ByteRange.empty
  private var formerCode: Int32 = 0
  private var formerMessage = ByteRange.empty
  private var isExactCode = false
  private var isExactError = false

  /// Whether a tag of this role was found.
  func has(_ role: Role) -> Bool { places[role.rawValue] >= 0 }

  /// Whether the tag at `index` is superfluous.
  @inline(__always)
  func isSuperfluous(_ index: Int) -> Bool {
    superfluous != 0 && Role.allCases.contains { isSuperfluous($0) && places[$0.rawValue] == index }
  }

  /// Whether a tag of this role was found and is superfluous.
  func isSuperfluous(_ role: Role) -> Bool { superfluous & 1 << role.rawValue != 0 }

  /// Whether any tag is superfluous.
  var hasSuperfluous: Bool { superfluous != 0 }

  private static func role(_ tag: AttributeRecord, _ arena: [UInt8]) -> Role? {
    func matches(_ text: StaticString) -> Bool { ByteComparison.equal(arena, tag.key, text) }
    switch tag.key.count {
    case 5: return matches("error") ? .error : nil
    case 9: return matches("span.kind") ? .kind : nil
    case 14:
      return matches("w3c.tracestate") ? .traceState : matches("ot.status_code") ? .formerCode : nil
    case 15: return matches("otel.scope.name") ? .scopeName : nil
    case 16: return matches("otel.status_code") ? .code : nil
    case 17: return matches("otel.library.name") ? .libraryName : nil
    case 18: return matches("otel.scope.version") ? .scopeVersion : nil
    case 20: return matches("otel.library.version") ? .libraryVersion : nil
    case 21: return matches("ot.status_description") ? .formerMessage : nil
    case 23: return matches("otel.status_description") ? .message : nil
    default: return nil
    }
  }

  private static func isReadable(
    _ tag: AttributeRecord, _ role: Role, _ arena: [UInt8], _ habit: Habit
  ) -> Bool {
    func matches(_ text: StaticString) -> Bool { ByteComparison.equal(arena, tag.range, text) }
    switch role {
    case .error:
      // Jaeger knows a flag; for Zipkin the tag's presence says it, whatever its text.
      if habit == .zipkin { return tag.kind == .string }
      return tag.kind == .bool && tag.bits != 0 || tag.kind == .string && matches("true")
    case .kind:
      guard tag.kind == .string else { return false }
      return habit == .zipkin ? matches("internal") : SpanKindName.kind(arena, tag.range) != 0
    case .code, .formerCode: return code(tag, arena) != 0
    default: return tag.kind == .string && !tag.range.isEmpty
    }
  }

  /// The code a value of `otel.status_code` stands for: the name, in any case and with or without
  /// the prefix of the enum, or the number; 0 for all others.
  private static func code(_ tag: AttributeRecord, _ arena: [UInt8]) -> Int32 {
    if tag.kind == .int { return tag.bits == 1 || tag.bits == 2 ? Int32(tag.bits) : 0 }
    guard tag.kind == .string, (1...17).contains(tag.range.count) else { return 0 }
    let prefix: StaticString = "STATUS_CODE_"
    var name = tag.range
    if Int(name.count) > prefix.utf8CodeUnitCount,
      matches(arena, ByteRange(offset: name.offset, count: 12), prefix)
    {
      name = ByteRange(offset: name.offset + 12, count: name.count - 12)
    }
    if matches(arena, name, "OK") || matches(arena, name, "1") { return 1 }
    return matches(arena, name, "ERROR") || matches(arena, name, "2") ? 2 : 0
  }

  /// Whether `run` is `name`, which is in capitals, in any case.
  private static func matches(_ arena: [UInt8], _ run: ByteRange, _ name: StaticString) -> Bool {
    guard Int(run.count) == name.utf8CodeUnitCount else { return false }
    return arena[run.positions].lazy
      .map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }
      .elementsEqual(name.description.utf8)
  }

  private mutating func take(
    _ tag: AttributeRecord, _ role: Role, _ arena: [UInt8], _ habit: Habit
  ) {
    switch role {
    case .kind:
      kind = SpanKindName.kind(arena, tag.range)
      drop(role)
    case .code:
      statusCode = Self.code(tag, arena)
      isExactCode =
        tag.kind == .string
        && (ByteComparison.equal(arena, tag.range, "OK")
          || ByteComparison.equal(arena, tag.range, "ERROR"))
    case .formerCode: formerCode = Self.code(tag, arena)
    case .formerMessage: formerMessage = tag.range
    case .error:
      isExactError = habit == .zipkin || tag.kind == .bool
      let isFlag = tag.kind != .string || ByteComparison.equal(arena, tag.range, "true")
      if habit == .zipkin && !isFlag { errorText = tag.range }
    case .message:
      statusMessage = tag.range
      drop(role)
    case .scopeName:
      scopeName = tag.range
      drop(role)
    case .scopeVersion:
      scopeVersion = tag.range
      drop(role)
    case .libraryName: libraryName = tag.range
    case .libraryVersion: libraryVersion = tag.range
    case .traceState:
      traceState = tag.range
      drop(role)
    }
  }

  private mutating func drop(_ role: Role) { superfluous |= 1 << role.rawValue }

  private mutating func decideStatus(_ habit: Habit) {
    let isErrorCode = statusCode == 2
    if has(.error) {
      if isErrorCode && isExactCode && isExactError {
        drop(.code)
        drop(.error)
      }
      statusCode = 2
      if statusMessage.isEmpty { statusMessage = errorText }
    } else if statusCode == 1 && isExactCode {
      drop(.code)
    }
  }
}

/// Span kinds as OpenTracing names them.
enum SpanKindName {
  /// The kind that the name at `run` stands for, or 0.
  static func kind(_ arena: [UInt8], _ run: ByteRange) -> Int32 {
    for kind: Int32 in 1...5 where ByteComparison.equal(arena, run, text(kind)) { return kind }
    return 0
  }

  /// The name of a kind from 1 to 5.
  static func text(_ kind: Int32) -> StaticString {
    switch kind {
    case 1: "internal"
    case 2: "server"
    case 3: "client"
    case 4: "producer"
    default: "consumer"
    }
  }
}
