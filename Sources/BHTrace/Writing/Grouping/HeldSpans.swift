/// The spans held in memory, in the batches they came in, and the trace of each.
struct HeldSpans: Sendable {
  private(set) var batches: [SpanBatch] = []
  /// The traces that have spans here, in the order of their first spans.
  private(set) var traces: [Int] = []
  /// The v1 file of each v1 trace.
  private(set) var v1Files: [Int: SpanReference] = [:]
  /// For each span, batch by batch, the place of its trace in `traces`.
  private var places: [UInt32] = []
  /// For each trace of the input, by number, 1 + its place in `traces`, 0 where it has none.
  private var placesByTrace: [UInt32] = []
  private var batchBytes = 0

  /// Whether nothing is held.
  var isEmpty: Bool { batches.isEmpty }

  /// The memory all takes (bytes), with what it takes to bring it into order.
  var memoryBytes: Int { batchBytes + places.count * 12 + traces.count * 24 }

  /// Takes a batch in; `numbers` are the traces of its spans and `files` those of its v1 files.
  mutating func add(_ batch: SpanBatch, numbers: [UInt32], files: [Int]) {
    for number in numbers {
      let trace = Int(number)
      if trace >= placesByTrace.count {
        placesByTrace.append(contentsOf: repeatElement(0, count: trace + 1 - placesByTrace.count))
      }
      if placesByTrace[trace] == 0 {
        traces.append(trace)
        placesByTrace[trace] = UInt32(traces.count)
      }
      places.append(placesByTrace[trace] - 1)
    }
    for (index, trace) in files.enumerated() {
      v1Files[trace] = SpanReference(batch: batches.count, span: index)
    }
    batches.append(batch)
    batchBytes += batch.memoryBytes + MemoryLayout<SpanBatch>.stride
  }

  /// Lets go of everything.
  mutating func removeAll() {
    for trace in traces { placesByTrace[trace] = 0 }
    batches = []
    traces = []
    v1Files = [:]
    places = []
    batchBytes = 0
  }

  /// The spans by trace; the traces as `traces` has them.
  func grouped() -> GroupedSpans {
    var bounds = [Int](repeating: 0, count: traces.count + 1)
    for place in places { bounds[Int(place) + 1] += 1 }
    for place in traces.indices { bounds[place + 1] += bounds[place] }
    var next = bounds
    var spans = [UInt64](repeating: 0, count: places.count)
    var position = 0
    for (batch, content) in batches.enumerated() {
      for span in content.spans.indices {
        let place = Int(places[position])
        spans[next[place]] = UInt64(batch) << 32 | UInt64(span)
        next[place] += 1
        position += 1
      }
    }
    return GroupedSpans(spans: spans, bounds: bounds, placesByTrace: placesByTrace)
  }
}

/// The spans of some batches by trace.
struct GroupedSpans: Sendable {
  fileprivate let spans: [UInt64]
  fileprivate let bounds: [Int]
  fileprivate let placesByTrace: [UInt32]

  /// The spans of trace number `trace`, in the order of the batches.
  func spans(of trace: Int) -> Run {
    let place = trace < placesByTrace.count ? Int(placesByTrace[trace]) : 0
    return place == 0 ? Run(spans: [][...]) : Run(spans: spans[bounds[place - 1]..<bounds[place]])
  }

  /// Some of the spans.
  struct Run: RandomAccessCollection, Sendable {
    fileprivate var spans: ArraySlice<UInt64>

    var startIndex: Int { spans.startIndex }
    var endIndex: Int { spans.endIndex }

    subscript(index: Int) -> SpanReference {
      SpanReference(
        batch: Int(spans[index] >> 32), span: Int(UInt32(truncatingIfNeeded: spans[index])))
    }

    subscript(bounds: Range<Int>) -> Run { Run(spans: spans[bounds]) }
  }
}
