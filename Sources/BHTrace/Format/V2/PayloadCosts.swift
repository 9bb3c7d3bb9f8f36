/// How many bytes of decoded blocks each key and each operation accounts for: what `inspect` shows.
struct PayloadCosts: Sendable {
  /// Key numbers (fields of the model are negative, their number minus 16), and their bytes.
  private(set) var bytesByKey: [Int32: Int] = [:]
  /// Operation numbers, their spans and bytes.
  private(set) var byOperation: [Int: (spans: Int, bytes: Int)] = [:]
  /// All bytes.
  private(set) var total = 0

  /// Notes `count` bytes of the streams and `heavyCount` of the HEAVY stream for `key`.
  mutating func add(key: Int32, _ count: Int, heavy heavyCount: Int) {
    bytesByKey[key, default: 0] += count + heavyCount
    heavy += heavyCount
  }

  /// Notes a span of `operation` that took `count` bytes of the streams.
  mutating func add(operation: Int, _ count: Int) {
    let (spans, bytes) = byOperation[operation] ?? (0, 0)
    byOperation[operation] = (spans + 1, bytes + count + heavy)
    total += count + heavy
    heavy = 0
  }

  /// Bytes of HEAVY values of the span being read.
  private var heavy = 0
}
