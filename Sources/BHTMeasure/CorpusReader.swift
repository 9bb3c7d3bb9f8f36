import BHTrace

/// Reads the bytes of a corpus's files.
enum CorpusReader {
  /// Hands `body` the content of the file at `path` without what lies around it, piece by piece; of a
  /// container that of its members.
  static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    var parts = InputParts(try FileByteStream(path: path))
    while let part = try parts.next() {
      let content: SniffedStream
      switch part.content {
      case .input(let input): content = input.sniffed
      case .archive(let archive): content = archive
      case .failure, .noInput: continue
      }
      while case let piece = try content.nextPiece(), !piece.isEmpty { try body(piece) }
    }
  }
}
