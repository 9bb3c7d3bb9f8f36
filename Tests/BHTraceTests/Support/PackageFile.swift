import Foundation

/// Files of this package that tests read.
enum PackageFile {
  /// Where the package lies.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The bytes of the file at `path`, from the package's root.
  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: folder).appending(path: path)))
  }

  /// The seed's demo trace.
  static func checkout() throws -> [UInt8] { try bytes("corpus/checkout-v1.bht") }
}
