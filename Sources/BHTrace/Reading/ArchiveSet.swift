/// Several archives, asked as one: one after the other in the order of their earliest spans, each
/// for its part of the answer.
///
/// Figures are added up. One that turns out to be damaged is named to `passOver` and left out from
/// there on; what it gave before stays in the answer.
package final class ArchiveSet: TraceArchive {
  /// One of the archives, and what people call it.
  package struct Member {
    package var name: String
    package var archive: any TraceArchive

    /// The archive at `name`.
    package init(name: String, archive: any TraceArchive) {
      self.name = name
      self.archive = archive
    }
  }

  private let members: [Member]
  private let opened: ContinuousClock.Instant
  private var isSound: [Bool]
  private let passOver: (_ name: String, FormatError) throws -> Void

  /// The archives `members`, which are asked in this order; the first was opened at `opened`.
  package init(
    _ members: [Member], opened: ContinuousClock.Instant = .now,
    passOver: @escaping (_ name: String, FormatError) throws -> Void
  ) {
    self.members = members
    self.opened = opened
    self.passOver = passOver
    isSound = members.map { _ in true }
    for member in members { (member.archive as? ArchiveSession)?.isOneOfMany = true }
  }

  /// 1 where all are v1 files, else 2.
  package var formatVersion: Int {
    members.allSatisfy { $0.archive.formatVersion == 1 } ? 1 : 2
  }
  package var traceCount: Int { members.reduce(0) { $0 + $1.archive.traceCount } }
  package var spanCount: Int { members.reduce(0) { $0 + $1.archive.spanCount } }

  /// The figures of all archives, added up, and the time since the first was opened.
  package var stats: ReadStats {
    var stats = members.reduce(into: ReadStats()) { $0 += $1.archive.stats }
    let (whole, fraction) = (ContinuousClock.now - opened).components
    stats.seconds = Double(whole) + Double(fraction) * 1e-18
    return stats
  }

  package func locate(traceID: [UInt8], for parts: TraceParts) throws -> [TraceHandle] {
    try sum { number, archive in
      try archive.locate(traceID: traceID, for: parts).map { Self.placed($0, number) }
    }
  }

  package func load(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    var trace = try members[handle.archive].archive.load(handle, parts, positions: positions)
    trace.handle.archive = handle.archive
    return trace
  }

  package func pieces(of handle: TraceHandle) throws -> [Range<Int>] {
    try members[handle.archive].archive.pieces(of: handle)
  }

  package func positions(ofSpan id: [UInt8], in handle: TraceHandle) throws -> [Int]? {
    try members[handle.archive].archive.positions(ofSpan: id, in: handle)
  }

  package func firstHandle() throws -> TraceHandle? {
    for (number, member) in members.enumerated() {
      if let handle = try member.archive.firstHandle() { return Self.placed(handle, number) }
    }
    return nil
  }

  package func forEachTrace(
    _ parts: TraceParts, bounds: TraceBounds, choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws {
    try each { number, archive in
      try archive.forEachTrace(
        parts, bounds: bounds,
        choose: { trace in
          try Self.answer { try choose(Self.placed(trace, number)) }
        },
        body: { trace in try Self.answer { try body(Self.placed(trace, number)) } })
    }
  }

  package func forEachTraceID(_ body: ([UInt8]) throws -> Void) throws {
    try each { _, archive in
      try archive.forEachTraceID { id in try Self.answer { try body(id) } }
    }
  }

  package func forEachRun(_ body: (SpanRun) throws -> Void) throws {
    try each { number, archive in
      try archive.forEachRun { run in
        var run = run
        run.group += number << 32
        try Self.answer { try body(run) }
      }
    }
  }

  /// The stored size of INDEX of all segments of all archives (bytes).
  func indexBytes() throws -> Int {
    try sum { _, archive in [try (archive as? ArchiveSession)?.indexBytes() ?? 0] }.reduce(0, +)
  }

  /// Hands `rollup` the ROLLUP of each segment of archives that have them, and `run` the spans of
  /// the others.
  func forEachRollup(
    _ rollup: (NameTable, _ group: Int, Rollup) throws -> Void,
    otherwise run: (SpanRun) throws -> Void
  ) throws {
    try each { number, archive in
      if let session = archive as? ArchiveSession,
        try session.forEachRollup({ names, segment, found in
          try Self.answer { try rollup(names, segment + number << 32, found) }
        })
      {
        return
      }
      try archive.forEachRun { found in
        var found = found
        found.group += number << 32
        try Self.answer { try run(found) }
      }
    }
  }

  // MARK: One after the other

  /// What the asker threw, which is no damage of an archive.
  private struct AskerError: Error {
    let error: any Error
  }

  private static func answer<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do { return try body() } catch { throw AskerError(error: error) }
  }

  private func each(_ body: (Int, any TraceArchive) throws -> Void) throws {
    for (number, member) in members.enumerated() where isSound[number] {
      do { try body(number, member.archive) } catch let error as AskerError {
        throw error.error
      } catch let error as FormatError {
        isSound[number] = false
        try passOver(member.name, error)
      }
    }
  }

  private func sum<Part>(_ body: (Int, any TraceArchive) throws -> [Part]) throws -> [Part] {
    var parts: [Part] = []
    try each { parts += try body($0, $1) }
    return parts
  }

  private static func placed(_ handle: TraceHandle, _ number: Int) -> TraceHandle {
    var handle = handle
    handle.archive = number
    return handle
  }

  private static func placed(_ trace: LoadedTrace, _ number: Int) -> LoadedTrace {
    var trace = trace
    trace.handle.archive = number
    return trace
  }
}

extension ReadStats {
  /// The figures of two archives.
  package static func + (left: ReadStats, right: ReadStats) -> ReadStats {
    var sum = left
    sum += right
    return sum
  }

  /// Adds the figures of another archive that was open at the same time: all but the time add up.
  package static func += (left: inout ReadStats, right: ReadStats) {
    left.bytesRead += right.bytesRead
    left.requests += right.requests
    left.rounds += right.rounds
    left.blocksRead += right.blocksRead
    left.fileSize += right.fileSize
    left.rawBytes += right.rawBytes
    left.seconds = max(left.seconds, right.seconds)
  }
}
