/// Finds the zstd dictionary that makes the payload of a segment smallest, if any does.
///
/// What is learnt from and what is tried on are parts of the bodies of the segment's blocks, all
/// of them where they are few.
struct DictionaryMiner {
  /// Of larger segments about this much is learnt from (bytes).
  private static let sampleBytes = 128 << 10
  /// Of larger segments about this much is tried on (bytes).
  private static let triedBytes = 64 << 10
  /// A dictionary that saves less of the payload than one part in this many is not worth reading.
  private static let leastGain = 200

  private let samples: [[UInt8]]
  private let tried: [[UInt8]]
  /// How many times as much there is as is tried on.
  private let scale: Double
  private let options: FormatOptions

  /// For the payload of `slices`, all there are in a segment.
  init(_ slices: [PayloadSlice], options: FormatOptions) {
    self.options = options
    let bodies =
      options.dictionaryBytes.isEmpty
      ? []
      : slices.indices.flatMap { slice in
        slices[slice].bodies.map { (slice: slice, body: $0) }
      }
    let total = bodies.reduce(0) { $0 + $1.body.count }
    func part(of most: Int, from first: (_ step: Int) -> Int) -> [[UInt8]] {
      let step = max(1, (total + most - 1) / most)
      return stride(from: first(step), to: bodies.count, by: step).map {
        slices[bodies[$0].slice].bytes(bodies[$0].body)
      }
    }
    samples = part(of: Self.sampleBytes) { _ in 0 }
    // Where not all are taken, most of those tried on are others than those learnt from.
    tried = part(of: Self.triedBytes) { $0 / 2 }
    let triedBytes = tried.reduce(0) { $0 + $1.count }
    scale = triedBytes == 0 ? 0 : Double(total) / Double(triedBytes)
  }

  /// The best dictionary of `first`, which serves the first segment (empty: there is none), and
  /// newly trained ones; empty where none saves more than it takes.
  func best(first: [UInt8], threads: Int) -> [UInt8] {
    if tried.isEmpty { return [] }
    let base = size(with: [])
    if !first.isEmpty && !options.triesAllDictionaries {
      if gain(first, over: base) > 0 { return first }
    }
    let capacities = options.dictionaryBytes
    let candidates = Parallel.map(capacities.count + 1, threads: threads, state: 0) { index, _ in
      let made =
        index == capacities.count
        ? first
        : DictionaryTraining.train(samples, capacity: capacities[index], level: options.level) ?? []
      return (dictionary: made, gain: made.isEmpty ? 0 : gain(made, over: base))
    }
    guard let most = candidates.map(\.gain).max(), most > 0,
      let best = candidates.first(where: { $0.gain == most })
    else { return [] }
    return best.dictionary
  }

  /// How many bytes of the archive the dictionary saves, by estimate; 0 where it does not pay. Every
  /// reader of a trace reads it: it has to save half of what it takes as well, unless size is all
  /// that counts.
  private func gain(_ dictionary: [UInt8], over base: Int) -> Int {
    let saved = Double(base - size(with: dictionary)) * scale
    let stored =
      (ZstdCompressor(level: options.tableLevel).compress(dictionary) ?? dictionary).count
      + Page.overhead
    let gain = Int(saved) - stored
    let least = Int(Double(base) * scale) / Self.leastGain
    return gain > max(least, options.triesAllDictionaries ? 0 : stored / 2) ? gain : 0
  }

  /// What the bodies tried on take with a dictionary.
  private func size(with dictionary: [UInt8]) -> Int {
    let compressor = ZstdCompressor(level: options.level, dictionary: dictionary)
    return tried.reduce(0) { $0 + (compressor.compress($1)?.count ?? $1.count) }
  }
}
