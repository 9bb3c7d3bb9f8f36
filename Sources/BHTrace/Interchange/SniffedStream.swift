/// A stream whose layers are taken off and whose content is recognised.
package struct SniffedStream {
  /// The stream as it came, counting what is read of it.
  let counted: CountedStream
  /// The content, from its first byte on.
  let content: BufferedStream
  /// The layers, from the outside in.
  package let layers: [String]
  /// What the content is.
  let format: InputFormat
  /// The line of the table of formats that says so.
  let entry: Sniffer.Format
  private let mending: [any MendingStream]
  private let leftOut: [StreamRepair]

  /// Looks into `stream`, which may have so many layers. Throws `StorageError`, and `FormatError`
  /// where the content is nothing this library can read.
  init(_ stream: any ByteStream, layersLeft: Int = Sniffer.deepestLayers) throws {
    counted = CountedStream(stream)
    let peeled = try Sniffer.takeLayers(off: counted, limit: layersLeft)
    let found = try Sniffer.recognise(peeled.content)
    layers = peeled.layers
    content = found.content
    format = found.format
    mending = peeled.mending + (found.mending.map { [$0] } ?? [])
    leftOut = found.repairs
    guard let entry = found.entry else {
      let start = BytePreview.text(Array(try content.peek(8)))
      throw FormatError(
        .notRecognized, at: 0,
        "the content starts with \(start) and is none of the formats that are read")
    }
    if case .noSpans(let what) = format {
      throw FormatError(
        .noSpans, at: nil, "the content is \(what), which holds no spans")
    }
    self.entry = entry
  }

  /// Whether the content is an archive, which is read at any place and not from front to back.
  package var isArchive: Bool { format == .bht1 || format == .bht2 }

  /// What people call the content's format.
  package var formatName: String { entry.name }

  /// What the members of the content lie in; nil where it has none.
  var container: ContainerReader.Kind? { format == .zip ? .zip : format == .tar ? .tar : nil }

  /// What was mended on the way from the stream to its content so far.
  var repairs: [StreamRepair] { mending.flatMap(\.repairs) + leftOut }

  /// The next bytes of the content; empty at its end.
  package func nextPiece() throws -> [UInt8] { try content.next(upTo: BufferedStream.chunkSize) }

  /// All bytes of the content. Throws `FormatError` where there are more than `limit`: what is
  /// compressed may have no end.
  func wholeContent(limit: Int = WholeInput.limit) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let next = try nextPiece()
      if next.isEmpty { return bytes }
      if bytes.count + next.count > limit {
        throw FormatError(
          .unsupported, at: limit,
          "an archive that comes out of a pipe or a compression layer is held whole, up to "
            + "\(limit >> 20) MiB, and this one is larger; put it into a file as it is")
      }
      bytes += next
    }
  }
}
