import BHTView
import BHTrace

/// The archives that a command reads as one.
struct Reading {
  /// All of them.
  let archive: any TraceArchive
  /// Their name, as the user knows it.
  let name: String
  /// Each of them.
  let members: [ArchiveSet.Member]
  /// Takes one of several archives that turns out to be damaged; of a single one it throws.
  let passOver: (_ name: String, FormatError) throws -> Void

  /// Opens the archives at `paths` for `body`: files, the archives in folders, and those that
  /// patterns fit. Of several, those that cannot be read are named and passed over, and the exit code
  /// says so; what is wrong with the bytes of a single one is thrown with its name.
  static func of(
    _ paths: some Sequence<String>, _ output: Output, _ body: (Reading) throws -> ExitCode
  ) throws -> ExitCode {
    let files = try ArchivePaths.files(at: Array(paths))
    if files.count == 1 { return try of(try openArchiveSource(path: files[0]), files[0], body) }
    let begin = ContinuousClock.now
    var members: [ArchiveSet.Member] = []
    var isPartial = false
    for path in files {
      let name = path == "-" ? "standard input" : path
      do {
        let archive = try openArchive(try openArchiveSource(path: path, isOneOfMany: true))
        members.append(ArchiveSet.Member(name: name, archive: archive))
      } catch {
        isPartial = true
        output.fail(InputError.naming(name, in: error, wanted: .archive))
      }
    }
    if members.isEmpty { return .error }
    func passOver(_ name: String, _ error: FormatError) {
      isPartial = true
      output.fail(InputError(name: name, error: error, wanted: .archive))
    }
    let code = try body(
      Reading(
        archive: ArchiveSet(members, opened: begin, passOver: passOver),
        name: Printable.count(members.count, "archive"), members: members, passOver: passOver))
    return isPartial && code == .done ? .inPart : code
  }

  /// Opens the archive in `source`, which people call `path`, for `body`.
  static func of<Answer>(
    _ source: any ByteSource, _ path: String, _ body: (Reading) throws -> Answer
  ) throws -> Answer {
    let name = path == "-" ? "standard input" : path
    do {
      let archive = try openArchive(source)
      let members = [ArchiveSet.Member(name: name, archive: archive)]
      return try body(
        Reading(
          archive: archive, name: name, members: members, passOver: { _, error in throw error }))
    } catch {
      throw InputError.naming(name, in: error, wanted: .archive)
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

  /// The first digits of an id, which are hardly ever those of another one; of 64 bits that are
  /// written as 128, whose first digits are zeros, those that are not.
  static func shortID(_ bytes: [UInt8], _ dialect: Dialect) -> String {
    let whole = id(bytes, dialect)
    if dialect == .v1 { return whole }
    if bytes.count == 16, bytes.prefix(8).allSatisfy({ $0 == 0 }) {
      return String(whole.suffix(16))
    }
    return String(whole.prefix(12))
  }

  /// `5 of 1,501 traces`, or `7 traces` where these are all.
  static func part(_ shown: Int, of all: Int, _ thing: String) -> String {
    (shown < all ? "\(grouped(shown)) of " : "") + count(all, thing)
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
