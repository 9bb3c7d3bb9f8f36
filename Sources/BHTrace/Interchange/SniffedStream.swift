/// A stream whose compression layers are taken off and whose content is recognised.
struct SniffedStream {
  /// The stream as it came, counting what is read of it.
  let counted: CountedStream
  /// The content, from its first byte on.
  let content: BufferedStream
  /// The compression layers, from the outside in.
  let layers: [String]
  /// What the content is.
  let format: InputFormat
  /// The line of the table of formats that says so.
  let entry: Sniffer.Format

  /// Looks into `stream`. Throws `StorageError`, and `FormatError` where the content is nothing
  /// this library can read.
  init(_ stream: any ByteStream) throws {
    counted = CountedStream(stream)
    (content, layers) = try Sniffer.peel(counted)
    let recognised = try Sniffer.recognise(content)
    format = recognised.0
    guard let entry = recognised.1 else {
      let start = BytePreview.text(Array(try content.peek(8)))
      throw FormatError(
        .notRecognized, at: 0,
        "the content starts with \(start) and is none of the formats that are read ("
          + Sniffer.formats.filter(\.holdsSpans).map(\.name).joined(separator: ", ") + ")")
    }
    self.entry = entry
  }

  /// Whether the content is an archive, which is read at any place and not from front to back.
  var isArchive: Bool { entry.open == nil }

  /// All bytes of the content.
  func wholeContent() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let next = try content.next(upTo: BufferedStream.chunkSize)
      if next.isEmpty { return bytes }
      bytes += next
    }
  }
}
