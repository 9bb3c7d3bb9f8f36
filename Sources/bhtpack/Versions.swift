/// What `--version` names.
enum Versions {
  /// The version of this tool.
  static let tool = "0.1.0"
  /// The versions of the .bht format it reads.
  static let formats = "1"
  /// The compression libraries it runs with, by name.
  static var libraries: [(name: String, version: String)] { [] }

  /// The page `--version` prints.
  static var page: String {
    var page = "bhtpack \(tool)\nformat \(formats)\n"
    for library in libraries { page += "\(library.name) \(library.version)\n" }
    return page
  }
}
