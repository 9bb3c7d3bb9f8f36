/// The spans in a scratch file, by trace.
struct SpoolIndex: Sendable {
  let file: SpoolFile
  /// The v1 file of each v1 trace: block and index.
  let v1Files: [Int: SpanReference]
  private var sorted: [SpanSpool.Part]
  /// For each trace where its parts begin.
  private var bounds: [UInt32]

  /// An index of `spool`, whose traces have numbers below `traces`.
  init(_ spool: SpanSpool, traces: Int) {
    file = spool.file
    v1Files = spool.v1Files
    bounds = [UInt32](repeating: 0, count: traces + 2)
    // Where the parts of trace n end is counted in place n + 2 and filled from place n + 1.
    for part in spool.parts { bounds[Int(part.trace) + 2] += 1 }
    for trace in 0..<traces { bounds[trace + 2] += bounds[trace + 1] }
    sorted = spool.parts
    for part in spool.parts {
      let trace = Int(part.trace)
      sorted[Int(bounds[trace + 1])] = part
      bounds[trace + 1] += 1
    }
  }

  /// The memory the index takes (bytes).
  var memoryBytes: Int {
    sorted.count * MemoryLayout<SpanSpool.Part>.stride + bounds.count * 4 + file.memoryBytes
      + v1Files.count * 40
  }

  /// Where spans of trace number `trace` lie, in the order they were written.
  func parts(of trace: Int) -> ArraySlice<SpanSpool.Part> {
    sorted[Int(bounds[trace])..<Int(bounds[trace + 1])]
  }
}

extension PackedSpans {
  /// A batch of the spans of `parts`, one after the other.
  func unpack(_ parts: some Collection<SpanSpool.Part>) -> SpanBatch {
    var batch = base
    var (spans, attributes) = (0, batch.attributes.count)
    for part in parts {
      var word = Int(part.word)
      spans += Int(part.count)
      for _ in 0..<part.count {
        let count = wordCount(at: word)
        attributes += count - Self.headWords
        word += count
      }
    }
    batch.spans.reserveCapacity(spans)
    batch.attributes.reserveCapacity(attributes)
    for part in parts { unpack(Int(part.count), at: Int(part.word), to: &batch) }
    return batch
  }
}
