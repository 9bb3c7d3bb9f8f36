/// Finding the footer of an archive whose end is lost.
extension Footer {
  /// So much of the file is looked at at a time (bytes).
  static let searchWindow = 1 << 20

  /// The last good footer in `source`, and where it lies; nil where there is none.
  ///
  /// Every footer ends at a multiple of 64, so only these places are looked at, from the end of the
  /// file back. Good is one whose checksum agrees and whose directory ends at it. Throws `unsupported`
  /// where that one needs features which this reader does not know.
  static func findLast(in source: any ByteSource) throws -> (footer: Footer, offset: Int)? {
    var high = source.byteCount / fileAlignment * fileAlignment
    while high >= FileHeader.byteCount + byteCount {
      let low = max(0, high - searchWindow)
      // A footer that ends in the window may begin in front of it.
      let start = max(0, low - byteCount)
      let bytes = try source.read(start..<high)
      guard bytes.count == high - start else {
        throw FormatError(
          .truncated, at: start + bytes.count,
          "the input ended after \(bytes.count) of \(high - start) bytes")
      }
      var end = high
      while end > low && end >= FileHeader.byteCount + byteCount {
        let offset = end - byteCount
        if let footer = try decodeIfGood(bytes, (offset - start)..<(end - start), at: offset) {
          return (footer, offset)
        }
        end -= fileAlignment
      }
      high = low
    }
    return nil
  }

  private static func decodeIfGood(
    _ bytes: [UInt8], _ range: Range<Int>, at offset: Int
  ) throws(FormatError) -> Footer? {
    let footer = Array(bytes[range])
    guard isAtEnd(of: footer) else { return nil }
    do throws(FormatError) {
      return try decode(footer, at: offset)
    } catch  where error.code == .unsupported {
      throw error
    } catch {
      return nil
    }
  }
}
