import Foundation
import Testing

/// The corpora that lie beside the checkout; tests of them are skipped where they do not.
enum Corpus {
  static let root = URL(filePath: PackageFile.folder).deletingLastPathComponent()
    .appending(path: "shared/corpus")

  /// Whether there is a corpus of this name.
  static func holds(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: name).path)
  }

  /// The path of a file of a corpus. Throws where it is not there: a corpus is whole or absent.
  static func path(_ name: String) throws -> String {
    let path = root.appending(path: name).path
    try #require(FileManager.default.fileExists(atPath: path), "the corpus lacks \(name)")
    return path
  }
}

extension Trait where Self == ConditionTrait {
  /// For tests of corpora: skips them where one is not there.
  static func corpus(_ names: String...) -> Self {
    let missing = names.filter { !Corpus.holds($0) }
    return .enabled(
      if: missing.isEmpty,
      "beside the checkout there is no corpus \(missing.joined(separator: ", "))")
  }
}
