import BHTrace

/// The first names of some kind in archives that begin with what was typed.
struct ArchiveNames {
  /// What is named.
  enum Kind { case traceIDs, services, operations }

  private let prefix: [UInt8]
  private let limit: Int

  /// Looks in no more archives than these: a shell is waiting.
  private static let archiveLimit = 24

  /// Finds at most `limit` names that begin with `prefix`.
  init(beginningWith prefix: String, limit: Int) {
    self.prefix = Array(prefix.utf8)
    self.limit = limit
  }

  /// The names in the archives at `paths`, each once; those that are no regular files, or cannot be
  /// read, have none.
  func find(_ kind: Kind, in paths: [String]) -> [String] {
    var found = Found(prefix: prefix, limit: limit)
    let files = paths.filter { $0 != "-" }.flatMap { (try? ArchivePaths.files(at: [$0])) ?? [] }
    for path in files.prefix(Self.archiveLimit) where isFile(path) {
      guard let archive = try? openArchive(FileSource(path: path)) else { continue }
      // What was found before it went wrong, or was enough, stands.
      try? Self.collect(kind, of: archive, into: &found)
    }
    return found.names
  }

  private static func collect(
    _ kind: Kind, of archive: any TraceArchive, into found: inout Found
  ) throws {
    switch kind {
    case .traceIDs:
      let dialect = try dialect(of: archive)
      try archive.forEachTraceID { try found.add(Array(dialect.text(ofID: $0).utf8)) }
    case .services:
      for service in try ServiceTotals.all(in: archive) { try found.add(service.name) }
    case .operations:
      var group: Int?
      try archive.forEachRun { run in
        if run.group == group { return }
        group = run.group
        for operation in run.names.operations { try found.add(operation.name) }
      }
    }
  }

  /// How ids of the archive are written.
  private static func dialect(of archive: any TraceArchive) throws -> Dialect {
    guard let first = try archive.firstHandle() else { return .otlp }
    return try archive.load(first, .structure, positions: nil).tree.dialect
  }

  /// Enough was found.
  private struct Enough: Error {}

  private struct Found {
    let prefix: [UInt8]
    let limit: Int
    var names: [String] = []
    private var seen: Set<[UInt8]> = []

    init(prefix: [UInt8], limit: Int) {
      self.prefix = prefix
      self.limit = limit
    }

    mutating func add(_ name: [UInt8]) throws {
      guard name.starts(with: prefix), !name.isEmpty,
        let text = String(validating: name, as: UTF8.self),
        seen.insert(name).inserted
      else { return }
      if names.count == limit { throw Enough() }
      names.append(text)
    }
  }
}
