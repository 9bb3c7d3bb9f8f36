import Testing

@testable import BHTrace

/// Samples cut off at every byte (texts at some) and with bytes changed at random: spans or problems come of them,
/// and nothing else.
struct BackendDamageTests {
  @Test(arguments: [
    "datadog-v04.msgpack", "datadog-v05.msgpack", "datadog-v04.json", "datadog-search.json",
    "jaeger-spans.pb", "jaeger-spans-varint.pb", "jaeger-spans-length.pb", "jaeger-chunk.pb",
    "jaeger-batch.pb", "jaeger-request.pb", "jaeger-kafka.jsonl", "jaeger-request.json",
    "langfuse-trace.json", "phoenix-rows.jsonl",
  ])
  func damageIsSurvived(file: String) throws {
    let bytes = try PackageFile.bytes("corpus/formats/" + file)
    let whole = try ReadSpans(bytes).count
    // Of a text few places differ from those beside them.
    let step = file.contains("json") ? 11 : 1
    for count in stride(from: 0, to: bytes.count, by: step) {
      try read(Array(bytes.prefix(count)), atMost: whole)
    }
    var generator = SplitMix(state: 0x5EED)
    for _ in 0..<150 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 0..<damaged.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: damaged[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: damaged.remove(at: at)
        default: damaged.insert(UInt8.random(in: 0...255, using: &generator), at: at)
        }
      }
      // A changed length may make several spans of one.
      try read(damaged, atMost: bytes.count)
    }
  }

  private func read(_ bytes: [UInt8], atMost spans: Int) throws {
    do {
      let read = try ReadSpans(bytes)
      #expect(read.count <= spans)
      #expect(read.batches.reduce(0) { $0 + $1.arena.count } < 1 << 20)
    } catch let error as FormatError {
      #expect(error.code == .notRecognized || error.code == .noSpans)
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }
}
