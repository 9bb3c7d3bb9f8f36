/// Where things lie in a `.bht` v1 file.
///
///     magic            4   "BHT1"
///     header length    4   little-endian
///     header               JSON object
///     tree length      4   little-endian
///     tree                 JSON array, one object a span
///     payload              one JSON object a span, where the tree says
enum V1Layout {
  /// The first bytes of every v1 file.
  static let magic = Array("BHT1".utf8)
  /// Magic and header length: what is read first.
  static let prefixSize = 8
  /// The length of the tree, which stands between header and tree.
  static let lengthSize = 4

  /// Where the header lies, as the first bytes of a file say. `prefix` holds the first
  /// `prefixSize` bytes, or all where the file is shorter.
  static func header(prefix: [UInt8], fileSize: Int) throws(FormatError) -> Range<Int> {
    guard prefix.prefix(4).elementsEqual(magic.prefix(prefix.count)) else {
      throw FormatError(.notRecognized, at: 0, "the file does not begin with BHT1")
    }
    guard prefix.count >= prefixSize else {
      throw FormatError(
        .truncated, at: fileSize, "the file ends after \(fileSize) bytes, before its header")
    }
    let length = Int(littleEndian(prefix[4..<8]))
    return try part("header", prefixSize, length, reserve: lengthSize, fileSize)
  }

  /// Where the tree lies: after its length, the four bytes `length`, which follow the header.
  static func tree(
    header: Range<Int>, length: ArraySlice<UInt8>, fileSize: Int
  ) throws(FormatError) -> Range<Int> {
    try part(
      "tree", header.upperBound + lengthSize, Int(littleEndian(length)), reserve: 0, fileSize)
  }

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func part(
    _ name: String, _ start: Int, _ length: Int, reserve: Int, _ fileSize: Int
  ) throws(FormatError) -> Range<Int> {
    guard length + reserve <= fileSize - start else {
      throw FormatError(
        .truncated, at: fileSize,
        "the \(name) is said to take \(length) bytes from byte \(start) on, "
          + "but the file ends at byte \(fileSize)")
    }
    return start..<(start + length)
  }
}
