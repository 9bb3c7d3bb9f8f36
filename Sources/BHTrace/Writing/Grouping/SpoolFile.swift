/// Blocks of packed spans in a scratch file.
struct SpoolFile: Sendable {
  /// Where a block lies, and what it has to be.
  private struct Block: Sendable {
    var place: Range<Int>
    var hash: UInt64
    var arrays: [(stored: Int, records: Int)]
  }

  /// A block as it goes into the file.
  struct Image: Sendable {
    fileprivate let image: PackedSpans.Image
    fileprivate let hash: UInt64

    init(_ spans: PackedSpans) {
      image = spans.image()
      hash = SpoolFile.hash(image.bytes)
    }
  }

  private let file: ScratchFile
  private var blocks: [Block] = []

  private static let seed = UInt64.random(in: .min ... .max)

  /// A block is closed when it has this many bytes.
  static let blockBytes = 1 << 20

  /// A file on the file system of `folder`. Throws `StorageError`.
  init(in folder: String) throws { file = try ScratchFile(in: folder) }

  /// The number of blocks.
  var count: Int { blocks.count }

  /// The memory the list of blocks takes (bytes).
  var memoryBytes: Int { blocks.count * 192 }

  /// Writes a block at the end; its number is the count before.
  mutating func append(_ block: Image) throws {
    blocks.append(
      Block(
        place: try file.append(block.image.bytes), hash: block.hash, arrays: block.image.arrays))
  }

  /// The spans of block `number`. Throws where the file cannot be read or is not what was written.
  func load(_ number: Int) throws -> PackedSpans {
    let block = blocks[number]
    let stored = try file.read(block.place)
    guard Self.hash(stored) == block.hash, let spans = PackedSpans(stored, block.arrays) else {
      throw FormatError(.invalid, at: nil, "the scratch file was changed while it was in use")
    }
    return spans
  }

  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    ByteComparison.hash(bytes, ByteRange(0, bytes.count), seed: seed)
  }
}
