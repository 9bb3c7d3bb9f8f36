/// What is wrong with bytes that were read: a code to act on, where, and what was found.
///
/// The library throws this as data; the command line puts file name and advice around it.
public struct FormatError: Error, Sendable, Equatable {
  /// The kinds of damage, by cause.
  public enum Code: String, Sendable {
    /// The input ends before the structure does.
    case truncated
    /// The magic bytes or the general form say that this is another kind of file.
    case notRecognized
    /// The bytes are sound, and hold no spans.
    case noSpans
    /// A checksum differs from the bytes under it.
    case checksumMismatch
    /// A length, count or index contradicts the file or a cap of the specification.
    case outOfBounds
    /// A value the specification does not allow.
    case invalid
    /// A feature bit or version this reader does not know.
    case unsupported
  }

  /// The kind of damage.
  public var code: Code
  /// Offset of the first bad byte, from the start of the input; nil where there is no one place.
  public var offset: Int?
  /// What was found and what was wanted, as the middle of a sentence.
  public var what: String

  /// An error of `code` at `offset`; `what` says what was found and what was wanted.
  public init(_ code: Code, at offset: Int?, _ what: String) {
    self.code = code
    self.offset = offset
    self.what = what
  }
}
