import BHTrace

/// What `--version` names.
enum Versions {
  /// The version of this tool.
  static let tool = "0.1.0"
  /// When that version's pages were last changed.
  static let date = "2026-11-30"
  /// The versions of the .bht format it reads.
  static let formats = [1, 2]

  /// The formats it writes, as `--to` has them.
  private static var written: [String] { OutputFormat.allCases.map(\.rawValue) }

  /// The page `--version` prints.
  static var page: String {
    var page = "bhtpack \(tool)\nformat \(formats.map(String.init).joined(separator: ", "))\n"
    for library in CompressionLibrary.all { page += line(library) + "\n" }
    page += "reads \(TraceInput.formatNames.joined(separator: ", "))\n"
    page += "writes \(written.joined(separator: ", "))\n"
    return page
  }

  private static func line(_ library: CompressionLibrary) -> String {
    guard let use = library.loadedFor else {
      return "\(library.name) \(library.version ?? "of unknown version")"
    }
    if let version = library.version { return "\(library.name) \(version), loaded for \(use)" }
    let install = library.package.map { "; install \($0)" } ?? ""
    return "\(library.name) is not here, which \(use) need\(install)"
  }

  /// The same for programs.
  static func write(to json: inout CompactJSON) {
    json.beginObject()
    json.key("tool")
    json.string(tool)
    json.key("formats")
    json.beginArray()
    for format in formats { json.integer(format) }
    json.endArray()
    json.key("libraries")
    json.beginArray()
    for library in CompressionLibrary.all {
      json.beginObject()
      json.key("name")
      json.string(library.name)
      json.key("version")
      if let version = library.version { json.string(version) } else { json.null() }
      json.key("on_demand")
      json.bool(library.loadedFor != nil)
      json.endObject()
    }
    json.endArray()
    for (key, names) in [("reads", TraceInput.formatNames), ("writes", written)] {
      json.key(key)
      json.beginArray()
      for name in names { json.string(Array(name.utf8)) }
      json.endArray()
    }
    json.endObject()
  }
}
