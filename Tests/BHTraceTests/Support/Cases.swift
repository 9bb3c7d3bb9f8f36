/// The inputs of kinds that people met, in `Tests/Cases`.
enum Cases {
  /// The bytes of `file` of the case `name`.
  static func bytes(_ name: String, _ file: String) throws -> [UInt8] {
    try PackageFile.bytes("Tests/Cases/\(name)/\(file)")
  }
}
