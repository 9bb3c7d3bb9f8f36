internal import BHTrace

/// What queries ask of traces as a whole, and of a span's place in its trace.
struct TraceFigures {
  /// Which of them a query asks for.
  struct Needs: OptionSet, Sendable {
    let rawValue: Int
    /// Root and duration of traces.
    static let traces = Needs(rawValue: 1)
    /// Places of spans in the tree.
    static let places = Needs(rawValue: 2)
    /// The numbers of children.
    static let children = Needs(rawValue: 4)
  }

  private let names: NameTable
  private var roots: [(name: [UInt8], service: [UInt8])] = []
  private var durations: [Int64] = []
  private var lefts: [Int64] = []
  private var rights: [Int64] = []
  private var aboves: [Int64] = []
  private var childCounts: [Int64] = []

  /// Those that `needs` says, of all traces of `spans`. With `skipsOrphans` what hangs under no root
  /// has no place, as in Tempo.
  init(_ spans: ScannedSpans, _ needs: Needs, skipsOrphans: Bool) {
    names = spans.names
    if needs.contains(.traces) {
      for trace in spans.traces {
        let times = spans.times(of: trace)
        durations.append(Int64(clamping: times.upperBound - times.lowerBound))
        let root = Self.root(of: trace, spans, skipsOrphans: skipsOrphans)
        let operation = root.map { spans.names.operations[Int(spans.operations[$0])] }
        roots.append(
          (
            operation?.name ?? [],
            operation.map { spans.names.services[Int($0.service)] } ?? []
          ))
      }
    }
    if needs.contains(.children) || needs.contains(.places) { addPlaces(spans, skipsOrphans) }
  }

  func rootName(_ trace: Int) -> [UInt8] { roots[trace].name }
  func rootService(_ trace: Int) -> [UInt8] { roots[trace].service }
  func duration(_ trace: Int) -> Int64 { durations[trace] }
  func left(_ span: Int) -> Int64 { lefts[span] }
  func right(_ span: Int) -> Int64 { rights[span] }
  func parent(_ span: Int) -> Int64 { aboves[span] }
  func children(_ span: Int) -> Int64 { childCounts[span] }

  /// The span a trace is called after: the first root without a parent id, else the first that has no
  /// parent in the trace.
  static func root(
    of trace: ScannedSpans.Trace, _ spans: ScannedSpans, skipsOrphans: Bool = false
  ) -> Int? {
    var fragment: Int?
    for span in trace.spans where spans.parents[span] < 0 {
      if spans.marks[span].isDisjoint(with: [.orphan, .cut]) { return span }
      fragment = fragment ?? span
    }
    return skipsOrphans ? nil : fragment
  }

  /// Numbers the spans on the way down and up, as nested sets are: they lie in pre-order.
  private mutating func addPlaces(_ spans: ScannedSpans, _ skipsOrphans: Bool) {
    lefts = [Int64](repeating: 0, count: spans.count)
    (rights, aboves, childCounts) = (lefts, lefts, lefts)
    var open: [Int] = []
    for trace in spans.traces {
      var next: Int64 = 1
      let base = trace.spans.lowerBound
      func close(_ limit: Int) {
        while let last = open.last, last > limit {
          rights[last] = next
          next += 1
          open.removeLast()
        }
      }
      for span in trace.spans {
        let above = Int(spans.parents[span])
        close(above < 0 ? -1 : base + above)
        if above < 0 {
          if skipsOrphans && !spans.marks[span].isDisjoint(with: [.orphan, .cut]) { continue }
          aboves[span] = -1
        } else {
          childCounts[base + above] += 1
          // Nothing under what has no place has one.
          if lefts[base + above] == 0 { continue }
          aboves[span] = lefts[base + above]
        }
        lefts[span] = next
        next += 1
        open.append(span)
      }
      close(-1)
    }
  }
}
