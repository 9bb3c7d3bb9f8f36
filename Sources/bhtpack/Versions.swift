import BHTrace

/// What `--version` names.
enum Versions {
  /// The version of this tool.
  static let tool = "0.1.0"
  /// When that version's pages were last changed.
  static let date = "2026-11-30"
  /// The versions of the .bht format it reads.
  static let formats = "1, 2"
  /// The compression libraries it runs with, by name.
  static var libraries: [(name: String, version: String)] {
    [("libzstd", Zstd.version), ("liblz4", LZ4.version)]
  }

  /// The page `--version` prints.
  static var page: String {
    var page = "bhtpack \(tool)\nformat \(formats)\n"
    for library in libraries { page += "\(library.name) \(library.version)\n" }
    return page
  }
}
