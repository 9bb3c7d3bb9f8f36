extension ByteWriter {
  /// Appends the UTF-8 of `text`.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append([UInt8]($0)) }
  }
}
