/// What an archive may use beyond the base format: three sets of bits, as ext4 has them.
struct Features: Sendable, Equatable {
  /// A reader that does not know one of these bits refuses the archive.
  var incompatible: UInt32 = 0
  /// A writer that does not know one of these bits does not append.
  var readOnly: UInt32 = 0
  /// Whoever does not know one of these bits ignores it.
  var compatible: UInt32 = 0

  /// The incompatible bits this reader knows.
  static let knownIncompatible: UInt32 = 0

  /// Throws `unsupported` where an incompatible bit is set that this reader does not know.
  func check(at offset: Int) throws(FormatError) {
    let unknown = incompatible & ~Self.knownIncompatible
    if unknown != 0 {
      throw FormatError(
        .unsupported, at: offset,
        "the archive needs the incompatible features 0x\(String(unknown, radix: 16)), which this "
          + "reader does not know; a newer bhtpack reads it")
    }
  }
}
