import BHTrace

/// Reads the bytes of a corpus's files.
enum CorpusReader {
  /// Hands `body` the content of the file at `path` with its compression taken off, piece by piece.
  static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    let (stream, _) = try Sniffer.peel(FileByteStream(path: path))
    while case let piece = try stream.next(upTo: 1 << 18), !piece.isEmpty { try body(piece) }
  }
}
