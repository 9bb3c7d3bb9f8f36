package import BHTrace

/// Makes larger inputs of small ones: the spans again and again as other traces, later.
///
/// Every copy has trace ids and span ids of its own. An id becomes the same new one wherever a
/// parent or a link names it, and different ids stay different, in whatever batch they come: the
/// new id is a permutation of the old one, so no table is kept. Ids that attributes mention as
/// text stay as they are.
package struct TraceRepeater: Sendable {
  private let seed: UInt64
  private let shift: UInt64

  /// Copies start `shift` nanoseconds after each other. Other seeds make other ids.
  package init(seed: UInt64 = 1, shift: UInt64 = 3_600_000_000_000) {
    self.seed = seed
    self.shift = shift
  }

  /// Copy `number` of the spans of `batch`. Copy 0 is the batch itself.
  package func copy(_ batch: SpanBatch, number: Int) -> SpanBatch {
    if number == 0 { return batch }
    let permutation = IDPermutation(key: SplitMix64.mix(seed) &+ UInt64(number))
    let delay = shift &* UInt64(number)
    var copy = batch
    for index in copy.spans.indices {
      var span = copy.spans[index]
      span.traceID = permutation.apply(to: span.traceID, in: &copy)
      span.spanID = permutation.apply(to: span.spanID, in: &copy)
      span.parentSpanID = permutation.apply(to: span.parentSpanID, in: &copy)
      // Times of 0 say that there are none.
      if span.start != 0 || span.end != 0 {
        span.start &+= delay
        span.end &+= delay
        for event in span.events.indices { copy.events[event].time &+= delay }
      }
      copy.spans[index] = span
    }
    for index in copy.links.indices {
      var link = copy.links[index]
      link.traceID = permutation.apply(to: link.traceID, in: &copy)
      link.spanID = permutation.apply(to: link.spanID, in: &copy)
      copy.links[index] = link
    }
    return copy
  }

  /// Hands `body` the spans of the files at `inputs`, and then again until they came `times`
  /// times. In the memory of one batch: the files are read each time, so standard input cannot
  /// be one of them. The spans of v1 files are made spans of the OpenTelemetry model first.
  package func repeatTraces(
    of inputs: [String], times: Int, body: (SpanBatch) throws -> Void
  ) throws {
    for number in 0..<times {
      for path in inputs {
        _ = try SpanInput.read(path: path) { batch in
          try body(copy(batch.convertedToOTLP(), number: number))
        }
      }
    }
  }
}

/// A one-to-one mapping of the ids of each length to ids of that length.
private struct IDPermutation {
  let key: UInt64

  /// The id that the one at `range` becomes, at the end of the arena; none stays none.
  func apply(to range: ByteRange, in batch: inout SpanBatch) -> ByteRange {
    if range.isEmpty { return range }
    var id = batch.bytes(range)
    if id.count == 8 {
      Self.put(mix(Self.word(id, at: 0)), at: 0, in: &id)
    } else if id.count >= 16 {
      // Two halves, each mixed into the other (a Feistel network); what is beyond stays.
      var (left, right) = (Self.word(id, at: 0), Self.word(id, at: 8))
      for _ in 0..<2 {
        left ^= mix(right)
        right ^= mix(left)
      }
      Self.put(left, at: 0, in: &id)
      Self.put(right, at: 8, in: &id)
    } else {
      // Each byte depends on those before it: different ids differ in the first byte they did.
      var state = key
      for index in id.indices {
        state = SplitMix64.mix(state)
        let old = id[index]
        id[index] = old &+ UInt8(truncatingIfNeeded: state >> 32)
        state &+= UInt64(old)
      }
    }
    return batch.append(id)
  }

  private func mix(_ word: UInt64) -> UInt64 { SplitMix64.mix(SplitMix64.mix(word ^ key)) }

  private static func word(_ id: [UInt8], at offset: Int) -> UInt64 {
    id[offset..<(offset + 8)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func put(_ word: UInt64, at offset: Int, in id: inout [UInt8]) {
    for index in 0..<8 {
      id[offset + index] = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index))
    }
  }
}
