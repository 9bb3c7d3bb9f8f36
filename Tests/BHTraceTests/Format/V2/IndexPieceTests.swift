import Testing

@testable import BHTrace

/// Pages of pieces of a trace, and the whole trace put together from them again.
struct IndexPieceTests {
  /// A tree of `count` spans whose parents are spans a few levels above the one before.
  private func tree(_ count: Int, seed: UInt64, dialect: Dialect = .otlp) -> TraceTree {
    var random = SeededGenerator(seed: seed)
    var tree = TraceTree()
    tree.dialect = dialect
    for position in 0..<count {
      var parent = Int32(position - 1)
      for _ in 0..<Int.random(in: 0...2, using: &random) where parent >= 0 {
        parent = tree.parents[Int(parent)]
      }
      tree.parents.append(parent)
      tree.operations.append(UInt32.random(in: 0...3, using: &random))
      tree.marks.append(SpanMarks(rawValue: UInt8.random(in: 0...1, using: &random)))
      tree.starts.append(1_000_000 + UInt64.random(in: 0...9_999, using: &random))
      tree.ends.append(1_000_000 + UInt64.random(in: 0...19_999, using: &random))
    }
    if dialect == .v1 { tree.filePositions = (0..<UInt32(count)).shuffled(using: &random) }
    return tree
  }

  private func pages(_ tree: TraceTree, size: Int) -> [IndexPage] {
    let ends = tree.subtreeEnds()
    return stride(from: 0, to: tree.count, by: size).map { first in
      let range = first..<min(first + size, tree.count)
      return IndexPage(
        piece: range, of: tree, traceStart: tree.earliestStart,
        operations: Array(tree.operations[range]),
        contexts: range.map { UInt32($0 % 3) }, subtreeEnds: ends,
        spanID: { [UInt8($0 & 255), UInt8($0 >> 8), 7] })
    }
  }

  @Test(arguments: [(1, Dialect.otlp), (64, .otlp), (100, .v1), (1000, .otlp)])
  func piecesComeBack(size: Int, dialect: Dialect) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let tree = tree(700, seed: seed, dialect: dialect)
      let pages = pages(tree, size: size)
      let coding = TimeMiner.coding(pages, threads: 2)
      var back = TraceTree()
      for page in pages {
        var writer = ByteWriter()
        let start = tree.earliestStart
        var chunk = Chunk(traces: page.piecePosition == 0 ? 1 : 0, spans: page.count)
        chunk.piecePosition = page.piecePosition
        chunk.start = start
        chunk.indexRaw = page.encode(chunkStart: start, TimeEncoder(coding), to: &writer)
        let read = try IndexPage.decode(
          writer.bytes, chunk: chunk, operationCount: 4, coding, at: 0)
        #expect(read == page)
        // A parent is a span of the piece, or one of those listed above it.
        let first = page.piecePosition ?? 0
        back.parents += read.parents.map { parent in
          parent >= 0
            ? parent + Int32(first)
            : parent == -1 ? -1 : Int32(read.outerSpans[-2 - Int(parent)].position)
        }
        back.starts += read.starts
        back.ends += read.ends
        back.filePositions += read.filePositions
        for outer in read.outerSpans {
          #expect(outer.start == tree.starts[outer.position])
          #expect(outer.end == tree.ends[outer.position])
          #expect(outer.id == [UInt8(outer.position & 255), UInt8(outer.position >> 8), 7])
        }
      }
      #expect(back.parents == tree.parents)
      #expect(back.starts == tree.starts && back.ends == tree.ends)
      #expect(back.filePositions == tree.filePositions)
    }
  }

  @Test func spansWithManyBelowThemAreBranches() {
    // A root, a chain of 1,500, and leaves under the root.
    var tree = TraceTree()
    tree.parents = [-1] + (0..<1500).map { Int32($0) } + [Int32](repeating: 0, count: 500)
    tree.operations = [UInt32](repeating: 0, count: tree.count)
    tree.marks = [SpanMarks](repeating: [], count: tree.count)
    tree.starts = [UInt64](repeating: 5, count: tree.count)
    tree.ends = tree.starts
    let pages = pages(tree, size: 400)
    #expect(pages[0].branches.first == IndexPage.Branch(span: 0, below: 2000))
    #expect(pages[0].branches.last == IndexPage.Branch(span: 399, below: 1101))
    #expect(pages[1].branches.last == IndexPage.Branch(span: 76, below: 1024))
    #expect(pages[1].branches.count == 77 && pages[2].branches.isEmpty)
    #expect(
      pages.map { $0.outerSpans.map(\.position) } == [[], [399], [799], [1199, 0], [0], [0]])
  }
}
