import BHTrace

/// Where the archives of a reading lie, as people type it.
enum ArchivePaths {
  /// The files that `paths` stand for, each once: of folders those whose name ends in `.bht`, of
  /// patterns those that fit, both by name.
  static func files(at paths: [String]) throws -> [String] {
    var seen: Set<String> = []
    return try paths.flatMap(archives).filter { seen.insert($0).inserted }
  }

  private static func archives(at path: String) throws -> [String] {
    if path == "-" { return [path] }
    if isFolder(path) {
      let files = try filesUnder(path).filter { $0.hasSuffix(".bht") }
      if files.isEmpty { throw UsageError("\(path) holds no .bht files") }
      return files
    }
    guard path.contains(where: { "*?[".contains($0) }), !isFile(path) else { return [path] }
    let files = filesFitting(path)
    if files.isEmpty { throw UsageError("no file fits the pattern \(path)") }
    return files
  }

  /// Whether `operand` names a trace rather than archives: it is no file, nor meant to be one.
  static func isTraceID(_ operand: String) -> Bool {
    operand != "-" && !operand.hasSuffix(".bht") && !operand.contains("/") && !isFile(operand)
      && !isFolder(operand) && filesFitting(operand).isEmpty
  }

  /// Takes a trace's id off the end of `operands`: what stands behind an archive and is no file.
  static func takeTraceID(_ options: inout Options) throws(UsageError) {
    guard options.operands.count > 1, let last = options.operands.last, isTraceID(last) else {
      return
    }
    if let trace = options.trace {
      throw UsageError("--trace names \(trace), and '\(last)' stands where an archive has to")
    }
    options.trace = last
    options.operands.removeLast()
  }
}
