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
    try of(try openArchiveSource(path: path), path, body)
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
    key("linked_parents")
    integer(warnings.linkedParents)
    key("moved_spans")
    integer(warnings.movedSpans)
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
      (warnings.linkedParents, "whose parent only a link names"),
      (warnings.movedSpans, "moved to their parent's clock"),
    ]
    let parts = counters.filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
    return parts.isEmpty ? "" : "Odd spans: \(parts.joined(separator: ", ")).\n"
  }
}
