import BHTrace

/// One archive that a command reads, and how ids are typed for it.
struct Reading {
  /// The archive.
  let archive: any TraceArchive
  /// Its name, as the user knows it.
  let name: String

  /// Opens the archive at `path` for `body`; what is wrong with its bytes is said with its name.
  static func of<Answer>(
    _ path: String, _ body: (Reading) throws -> Answer
  ) throws -> Answer {
    try of(try openSource(path: path), path, body)
  }

  /// The same for an archive whose bytes are at hand.
  static func of<Answer>(
    _ source: any ByteSource, _ path: String, _ body: (Reading) throws -> Answer
  ) throws -> Answer {
    let name = path == "-" ? "standard input" : path
    do {
      let archive = try openArchive(source)
      return try body(Reading(archive: archive, name: name))
    } catch let error as FormatError {
      throw InputError(name: name, error: error, wanted: .archive)
    }
  }

  /// The bytes an id that was typed may mean, the likeliest first: in a v1 file its text, else
  /// what its hexadecimal digits say, and then its text, since v2 archives hold v1 traces too.
  func meanings(of id: String) -> [[UInt8]] {
    let text = Array(id.utf8)
    if archive.formatVersion == 1 { return [text] }
    return (Hexadecimal.bytes(text).map { [$0] } ?? []) + [text]
  }

  /// The id that was typed, as the archive has it; nil where it holds no such trace.
  /// What loading `parts` of it takes is read on the way.
  func traceID(_ id: String, for parts: TraceParts = .structure) throws -> [UInt8]? {
    try meanings(of: id).first { try !archive.locate(traceID: $0, for: parts).isEmpty }
  }

  /// The trace a command is about: the one that was typed, or the only one there is. Nil where
  /// it is not there. Throws `ReadingError.traceRequired` where none was typed and there are
  /// several.
  func trace(_ id: String?, _ parts: TraceParts) throws -> LoadedTrace? {
    if let id {
      for meaning in meanings(of: id) {
        if let handle = try archive.locate(traceID: meaning, for: parts).first {
          return try archive.load(handle, parts, positions: nil)
        }
      }
      return nil
    }
    guard archive.traceCount <= 1 else {
      throw ReadingError.traceRequired(traces: archive.traceCount)
    }
    var only: LoadedTrace?
    try archive.forEachTrace(parts) { only = $0 }
    return only
  }
}

/// Ids as hexadecimal digits.
enum Hexadecimal {
  /// The bytes that `digits` say; nil where they are no whole bytes.
  static func bytes(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count % 2 == 0, !digits.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// Parts that several readings print.
extension CompactJSON {
  /// Writes a service, an operation and the time they are charged with.
  mutating func operationTime(_ time: OperationTime) {
    beginObject()
    key("service")
    string(time.service)
    key("operation")
    string(time.operation)
    key("self_ns")
    integer(time.selfTime)
    endObject()
  }

  /// Writes what was odd, every counter.
  mutating func warnings(_ warnings: TraceWarnings) {
    beginObject()
    key("negative_duration")
    integer(warnings.negativeDuration)
    key("orphans")
    integer(warnings.orphans)
    key("cycles")
    integer(warnings.cycles)
    key("duplicates")
    integer(warnings.duplicates)
    key("outside_parent")
    integer(warnings.outsideParent)
    endObject()
  }
}

extension Printable {
  /// A trace's or span's id as it is typed.
  static func id(_ bytes: [UInt8], _ dialect: Dialect) -> String {
    text(SpanObjectWriter.idText(bytes, dialect))
  }

  /// What was odd, as a line; empty where nothing was.
  static func warnings(_ warnings: TraceWarnings) -> String {
    let counters: [(Int, String)] = [
      (warnings.negativeDuration, "ended before the start"),
      (warnings.orphans, "without their parent"),
      (warnings.cycles, "cut out of a cycle"),
      (warnings.duplicates, "with an id that was there already"),
      (warnings.outsideParent, "outside their parent's time"),
    ]
    let parts = counters.filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
    return parts.isEmpty ? "" : "Odd spans: \(parts.joined(separator: ", ")).\n"
  }
}
