/// Which resources and scopes count for the size of a segment, and for how much.
///
/// A segment holds each of its resources and scopes once, and few of them in most inputs; but each
/// span may have its own. To know of every trace which ones it has would take more memory than the
/// traces' own entries. So a sample stands for all: of small ones those that their content's digest
/// chooses, each at the weight of all it stands for, and every large one. What is counted depends on
/// nothing but their contents.
struct OriginSample: Sendable {
  /// One that counts.
  struct Counted: Sendable, Hashable {
    /// Tells different contents apart.
    var key: UInt64
    /// What it counts for (bytes).
    var weight: Int
  }

  /// From this size on (bytes) each one counts.
  private let step: Int

  /// A sample good enough for segments of `segmentBytes`: off by a few percent where small resources
  /// make up all of it.
  init(segmentBytes: Int) { step = max(1, min(segmentBytes, 1 << 40) >> 10) }

  /// For each resource of `batch` what it counts for, nil for nothing.
  func resources(of batch: SpanBatch, _ digester: SpanDigester) -> [Counted?] {
    zip(batch.resources, digester.resources).map {
      counted($1, size: batch.contentBytes(of: $0))
    }
  }

  /// For each scope of `batch` what it counts for, nil for nothing.
  func scopes(of batch: SpanBatch, _ digester: SpanDigester) -> [Counted?] {
    zip(batch.scopes, digester.scopes).map {
      counted($1, size: batch.contentBytes(of: $0))
    }
  }

  private func counted(_ digest: Digest128, size: Int) -> Counted? {
    // One in `step` / `size`, by a number that is as good as random.
    if size < step && Int(digest.high >> 20) % step >= size { return nil }
    return Counted(key: digest.low, weight: max(size, step))
  }
}

/// The resources and scopes that count of some traces.
struct CountedOrigins: Sendable {
  /// All different ones.
  private var all: [OriginSample.Counted] = []
  private var numbers: [UInt64: UInt32] = [:]
  /// Trace << 32 | number in `all`, each pair once.
  private var pairs: Set<UInt64> = []

  /// Whether none counts.
  var isEmpty: Bool { all.isEmpty }

  /// The memory the tables take (bytes), roughly.
  var memoryBytes: Int { all.count * 48 + pairs.count * 24 }

  /// Notes that trace number `trace` has a span of `origin`.
  mutating func note(_ origin: OriginSample.Counted, trace: Int) {
    var number = UInt32(all.count)
    if let known = numbers[origin.key] {
      number = known
    } else {
      numbers[origin.key] = number
      all.append(origin)
    }
    pairs.insert(UInt64(trace) << 32 | UInt64(number))
  }

  /// A count over the traces of one segment at a time.
  func counting() -> Counting { Counting(all: all, pairs: pairs.sorted()) }

  /// Adds up what the traces of a segment have together.
  struct Counting {
    private let all: [OriginSample.Counted]
    private let pairs: [UInt64]
    /// For each origin the segment it was counted in last.
    private var segments: [Int]
    private var segment = 1

    fileprivate init(all: [OriginSample.Counted], pairs: [UInt64]) {
      self.all = all
      self.pairs = pairs
      segments = Array(repeating: 0, count: all.count)
    }

    /// The next trace is the first of a segment.
    mutating func begin() { segment += 1 }

    /// What trace number `trace` has that no trace of the segment had before it (bytes).
    mutating func add(trace: Int) -> Int {
      var bytes = 0
      var index = first(of: trace)
      while index < pairs.count && pairs[index] >> 32 == UInt64(trace) {
        let number = Int(UInt32(truncatingIfNeeded: pairs[index]))
        if segments[number] != segment {
          segments[number] = segment
          bytes += all[number].weight
        }
        index += 1
      }
      return bytes
    }

    private func first(of trace: Int) -> Int {
      var (low, high) = (0, pairs.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[middle] < UInt64(trace) << 32 { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
