import Testing

@testable import BHTrace

struct IndexTimesTests {
  /// Traces whose times are any 64-bit numbers, whole microseconds, or near each other.
  private func page(_ random: inout SeededGenerator, traces: Int) -> IndexPage {
    var page = IndexPage()
    for _ in 0..<traces {
      var tree = TraceTree()
      for position in 0..<Int.random(in: 1...60, using: &random) {
        tree.parents.append(Int32.random(in: -1..<Int32(position), using: &random))
        let operation = UInt32.random(in: 0...3, using: &random)
        tree.operations.append(operation)
        tree.marks.append([])
        let any = UInt64.random(in: 0 ... .max, using: &random)
        let start =
          switch operation {
          case 0: any
          case 1: any % 1_000_000 * 1_000
          case 2: 1 << 60 + any % 4096
          default: any % 2 == 0 ? 0 : UInt64.max
          }
        tree.starts.append(start)
        tree.ends.append(operation == 0 ? UInt64.random(in: 0 ... .max, using: &random) : start)
      }
      page.append(tree, contexts: [UInt32](repeating: 0, count: tree.count))
    }
    return page
  }

  private func coding(_ page: IndexPage) -> TimeCoding {
    TimeMiner.coding([page], threads: 2)
  }

  @Test func anyTimesComeBack() throws {
    var random = SeededGenerator(seed: 5)
    for traces in [1, 2, 40] {
      let page = page(&random, traces: traces)
      let coding = coding(page)
      // What readers know of the coding is what NAMES holds.
      var writer = ByteWriter()
      coding.encode(to: &writer)
      var cursor = ByteCursor(writer.bytes.rawSpan)
      let read = try TimeCoding.decode(from: &cursor, operationCount: 4)
      let isAtEnd = cursor.isAtEnd
      #expect(read == coding && isAtEnd)
      let start = page.traces[0].start
      let bytes = IndexTimes.encode(page, chunkStart: start, TimeEncoder(coding))
      var back = page
      back.starts = [UInt64](repeating: 0, count: page.count)
      back.ends = back.starts
      for slot in back.traces.indices { back.traces[slot].start = 0 }
      let empty = back
      var rest = IndexTimes.Rest(bytes, 0..<bytes.count, chunkStart: start, at: 0)
      // Trace by trace, and then all at once.
      for slot in page.traces.indices {
        try IndexTimes.decode(into: &back, &rest, through: slot, read)
        let end = page.traces[slot].firstSpan + page.traces[slot].spans
        #expect(back.starts[..<end] == page.starts[..<end])
        #expect(back.traces[slot] == page.traces[slot])
      }
      #expect(back == page)
      back = empty
      rest = IndexTimes.Rest(bytes, 0..<bytes.count, chunkStart: start, at: 0)
      try IndexTimes.decode(into: &back, &rest, through: traces - 1, read)
      #expect(back == page)
      // Neither fewer nor more bytes are the times of these spans.
      for wrong in [Array(bytes.dropLast()), bytes + [0]] {
        #expect(throws: FormatError.self) {
          rest = IndexTimes.Rest(wrong, 0..<wrong.count, chunkStart: start, at: 0)
          try IndexTimes.decode(into: &back, &rest, through: traces - 1, read)
        }
      }
    }
  }

  @Test func timesThatRepeatTakeNoBits() {
    var page = IndexPage()
    for trace in 0..<50 {
      var tree = TraceTree()
      tree.parents = [-1, 0]
      tree.operations = [0, 1]
      tree.marks = [[], []]
      let start = UInt64(trace) * 1_000_000
      tree.starts = [start, start + 3_000]
      tree.ends = [start + 9_000, start + 7_000]
      page.append(tree, contexts: [0, 0])
    }
    // All but the start of the first trace are a millisecond after another.
    let bytes = IndexTimes.encode(page, chunkStart: 0, TimeEncoder(coding(page)))
    #expect(bytes.count <= (50 + 7) / 8)
  }

  @Test func theNearerPointOfReferenceIsChosen() {
    var random = SeededGenerator(seed: 9)
    var page = IndexPage()
    for _ in 0..<100 {
      var tree = TraceTree()
      tree.parents = [-1, 0]
      tree.operations = [0, 1]
      tree.marks = [[], []]
      let length = UInt64.random(in: 1_000_000_000...2_000_000_000, using: &random)
      tree.starts = [0, 100]
      tree.ends = [length, length - 50]
      page.append(tree, contexts: [0, 0])
    }
    // The child ends 50 ns before its parent, whatever the parent takes.
    let coding = coding(page)
    #expect(coding.own == 2)
    #expect(coding.columns[4].isAlternative && coding.columns[4].code.lengths == [0])
    #expect(!coding.columns[2].isAlternative)
  }
}
