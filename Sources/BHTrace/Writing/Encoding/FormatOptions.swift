/// What decides the bytes of an archive beside its content.
public struct FormatOptions: Sendable, Equatable {
  /// How finely payload is cut into blocks that can be read on their own.
  public enum BlockSize: Sendable, Equatable {
    /// One block a span: the seed's own granularity.
    case span
    /// Blocks of about this many bytes before zstd, or twice as many together with the random bytes
    /// that zstd leaves alone; a span is never split.
    case bytes(Int)
  }

  /// What of the sections that make readings faster an archive is to have.
  public enum IndexChoice: Sendable, Equatable {
    /// None of them.
    case none
    /// What pays: POSTINGS and VALUES from 1 MiB on, VALUES of at most a tenth of the archive.
    case auto
    /// All of them, of all values.
    case all
    /// In VALUES the values of attributes with these keys; the others as in `auto`.
    case keys([[UInt8]])

    /// Whether VALUES may have values of the attribute `key`.
    func includes(_ key: [UInt8]) -> Bool {
      switch self {
      case .none: false
      case .auto, .all: true
      case .keys(let keys): keys.contains(key)
      }
    }

    /// Whether keys are named.
    var isOfKeys: Bool {
      if case .keys = self { return true }
      return false
    }
  }

  /// How finely payload is cut. Unless it is set, more finely in segments of few spans.
  public var block = BlockSize.bytes(5 << 10) { didSet { isBlockChosen = true } }
  private var isBlockChosen = false
  /// Which values are indexed.
  public var index = IndexChoice.auto
  /// The zstd level of payload blocks, 1...22.
  public var level = 6
  /// The zstd level of HEAVY blocks, which are larger, 1...22.
  package var heavyLevel = 9
  /// The zstd level of tables and dictionaries, which are few, 1...22.
  var tableLevel = 15
  /// The values in the tables of a segment take about so much compressed at most (bytes): every reader of
  /// a trace reads all of them.
  var valueTableBytes = 20 << 10
  /// Longer values (bytes) without a template go to the HEAVY stream of the group.
  package var heavyValueBytes = 1024
  /// A segment is closed when it has this many spans.
  package var segmentSpans = 64 << 10
  /// A segment is closed when its spans' names and values have this many bytes.
  package var segmentBytes = 64 << 20
  /// A chunk (one page of index and of ids) is closed when it has this many spans.
  package var chunkSpans = 512
  /// A chunk is closed when its spans' values have this many bytes.
  var chunkBytes = 8 << 20
  /// A segment has at most this many payload groups, each a service but the last.
  var groupCount = 64
  /// The services with the fewest spans are one group as far as it has no more payload than this
  /// (bytes).
  var leastGroupBytes = 18 << 10
  /// So many spans of a payload group are encoded at a time; a block ends with them.
  var sliceSpans = 4096
  /// How large zstd dictionaries are tried for the payload of a segment (bytes); none are where it
  /// is empty. One is kept where the archive becomes smaller with it.
  package var dictionaryBytes = [8 << 10]
  /// Whether new dictionaries are tried where that of the first segment serves.
  package var triesAllDictionaries = false

  /// The defaults.
  public init() {}

  /// In a segment of few `spans` blocks are smaller, unless somebody said how large they are to
  /// be, and fewer services share a group: else a branch of a few spans would read the whole
  /// payload of its services, and a service that of others.
  mutating func scale(spans: Int) {
    if spans < Self.smallSegment { leastGroupBytes = min(leastGroupBytes, 2 << 10) }
    guard !isBlockChosen, case .bytes(let bytes) = block else { return }
    let scaled = max(bytes, Self.smallBlock) * spans / Self.smallSegment
    block = .bytes(min(bytes, max(2 << 10, scaled)))
  }

  /// A segment of fewer spans is small.
  private static let smallSegment = 2048
  /// How large blocks would be in one that has just as many (bytes).
  private static let smallBlock = 8 << 10

  /// Trades writing speed, and how much a single reading takes, for size: zstd level 19, chunks of
  /// four times the spans, larger blocks where their size is not chosen, larger tables, all longer text
  /// in the HEAVY blocks, where it repeats itself, and more dictionaries to choose from.
  public mutating func makeSmallest() {
    if !isBlockChosen { block = .bytes(16 << 10) }
    level = 19
    heavyLevel = 19
    tableLevel = 19
    valueTableBytes = 64 << 10
    heavyValueBytes = 256
    chunkSpans = 2048
    dictionaryBytes = [8 << 10, 16 << 10]
    triesAllDictionaries = true
  }
}
