/// The first rows of a sort, without keeping the others: a heap with the last of them on top.
package struct LimitedRows<Row> {
  private var heap: [(row: Row, number: Int)] = []
  /// The number of rows added, those that were pushed out too.
  private(set) var added = 0
  private let limit: Int?
  private let comesFirst: (Row, Row) -> Bool

  /// At most `limit` rows (all where it is nil) in the order of `comesFirst`; rows that it does
  /// not tell apart stay in the order they were added in.
  package init(limit: Int?, comesFirst: @escaping (Row, Row) -> Bool) {
    self.limit = limit.map { max(0, $0) }
    self.comesFirst = comesFirst
  }

  /// Adds a row, which may push another one out.
  package mutating func add(_ row: Row) {
    let entry = (row: row, number: added)
    added += 1
    guard let limit, heap.count >= limit else {
      heap.append(entry)
      if limit != nil { siftUp() }
      return
    }
    if limit > 0 && precedes(entry, heap[0]) {
      heap[0] = entry
      siftDown()
    }
  }

  /// The rows kept, in order.
  package func sorted() -> [Row] { heap.sorted(by: precedes).map { $0.row } }

  private func precedes(_ a: (row: Row, number: Int), _ b: (row: Row, number: Int)) -> Bool {
    if comesFirst(a.row, b.row) { return true }
    if comesFirst(b.row, a.row) { return false }
    return a.number < b.number
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if !precedes(heap[parent], heap[child]) { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var last = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && precedes(heap[last], heap[child]) {
        last = child
      }
      if last == parent { return }
      heap.swapAt(parent, last)
      parent = last
    }
  }
}
