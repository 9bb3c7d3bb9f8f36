@testable import BHTrace

/// Hands out a few bytes at a time, as a pipe may: always `step`, or random numbers up to that.
struct Trickle: ByteStream {
  private let bytes: [UInt8]
  private let step: Int
  private var random: SeededGenerator?
  private var position = 0

  init(bytes: [UInt8], step: Int, seed: UInt64? = nil) {
    self.bytes = bytes
    self.step = step
    random = seed.map { SeededGenerator(seed: $0) }
  }

  mutating func next(upTo limit: Int) -> [UInt8] {
    var wanted = step
    if var random {
      wanted = Int.random(in: 1...step, using: &random)
      self.random = random
    }
    let count = min(limit, wanted, bytes.count - position)
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }
}
