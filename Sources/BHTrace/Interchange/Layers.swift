/// What lies around the content of an input: compressions, and encodings of text.
///
/// A layer is one line of `layers`.
extension Sniffer {
  /// One sort of layer.
  struct Layer: Sendable {
    var name: String
    var isPresent: @Sendable (Head) -> Bool
    var open: @Sendable (any ByteStream) throws -> any ByteStream
  }

  static let layers: [Layer] = [
    Layer(
      name: "gzip", isPresent: { $0.starts(with: [0x1F, 0x8B, 8]) },
      open: { MemberStream($0, try DeflateDecoder(.gzip)) }),
    Layer(name: "zstd", isPresent: { isZstd($0.bytes) }, open: { try ZstdStream($0) }),
    Layer(
      name: "xz", isPresent: { $0.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) },
      open: { MemberStream($0, XZDecoder()) }),
    Layer(
      name: "lz4", isPresent: { $0.starts(with: [4, 0x22, 0x4D, 0x18]) },
      open: { MemberStream($0, try LZ4FrameDecoder()) }),
    Layer(
      name: "bzip2", isPresent: { isBZip2($0.bytes) },
      open: { MemberStream($0, try BZip2Decoder()) }),
    Layer(
      name: "zlib", isPresent: { DeflateDecoder.isZlib($0.bytes) },
      open: { MemberStream($0, try DeflateDecoder(.zlib)) }),
    Layer(
      name: "UTF-16", isPresent: { UTF16Stream.isBigEndian($0.bytes) == false },
      open: { UTF16Stream($0, isBigEndian: false) }),
    Layer(
      name: "UTF-16 big-endian", isPresent: { UTF16Stream.isBigEndian($0.bytes) == true },
      open: { UTF16Stream($0, isBigEndian: true) }),
  ]

  /// As many layers and containers inside each other are taken off.
  static let deepestLayers = 4
  /// A layer is told from so many bytes.
  private static let layerHead = 256

  /// Whether a bzip2 stream starts here: its magic, and that of a block or of its end.
  private static func isBZip2(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 10, bytes.starts(with: [0x42, 0x5A, 0x68]),
      (0x31...0x39).contains(bytes[3])
    else { return false }
    let magic = bytes[4..<10]
    return magic.elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      || magic.elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  }

  /// A stream without its layers.
  struct Peeled {
    /// What is inside.
    var content: BufferedStream
    /// The layers' names, from the outside in.
    var layers: [String] = []
    /// The layers that mend what they hand on.
    var mending: [any MendingStream] = []
  }

  /// Takes the layers off `source`, at most `limit`.
  static func takeLayers(off source: any ByteStream, limit: Int = deepestLayers) throws -> Peeled {
    var peeled = Peeled(content: BufferedStream(source))
    while true {
      let head = Head(bytes: Array(try peeled.content.peek(layerHead)), isWhole: false)
      guard let layer = layers.first(where: { $0.isPresent(head) }) else { return peeled }
      guard peeled.layers.count < limit else { throw tooDeep() }
      peeled.layers.append(layer.name)
      let opened = try layer.open(peeled.content)
      if let mending = opened as? any MendingStream { peeled.mending.append(mending) }
      peeled.content = BufferedStream(opened)
    }
  }

  /// What is inside of `source`, and the names of its layers from the outside in.
  package static func peel(_ source: any ByteStream) throws -> (BufferedStream, layers: [String]) {
    let peeled = try takeLayers(off: source)
    return (peeled.content, peeled.layers)
  }

  /// Said of an input that has more layers than are taken off.
  static func tooDeep() -> FormatError {
    FormatError(
      .unsupported, at: 0,
      "more than \(deepestLayers) layers of compression and containers are not taken off; take the "
        + "outer ones off")
  }
}
