/// The spans of some batches by trace.
struct GroupedSpans: Sendable {
  /// The traces that have spans, ascending.
  let traces: [Int]
  private let references: [SpanReference]
  private let starts: [Int]

  /// Groups by `numbers`: for each span, batch by batch, the number of its trace.
  init(_ batches: [SpanBatch], numbers: [UInt32]) {
    let largest = numbers.max().map(Int.init) ?? -1
    var starts = [Int](repeating: 0, count: largest + 2)
    for number in numbers { starts[Int(number) + 1] += 1 }
    for number in 0..<(largest + 1) { starts[number + 1] += starts[number] }
    var references = [SpanReference](
      repeating: SpanReference(batch: 0, span: 0), count: numbers.count)
    var next = starts
    var position = 0
    for (batch, content) in batches.enumerated() {
      for span in content.spans.indices {
        let trace = Int(numbers[position])
        references[next[trace]] = SpanReference(batch: batch, span: span)
        next[trace] += 1
        position += 1
      }
    }
    self.references = references
    self.starts = starts
    traces = (0..<(largest + 1)).filter { starts[$0] < starts[$0 + 1] }
  }

  /// The spans of `trace`, in the order of the batches.
  func spans(of trace: Int) -> ArraySlice<SpanReference> {
    references[starts[trace]..<starts[trace + 1]]
  }
}
