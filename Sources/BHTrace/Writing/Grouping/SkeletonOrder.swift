/// The canonical order of the spans of a large trace.
///
/// Times and ids mostly decide; spans that agree in these are compared in full, which takes loading
/// them once more.
struct SkeletonOrder {
  private struct Key {
    var start: UInt64
    var prefix: UInt64
    var index: Int32
  }

  private let skeleton: TraceSkeleton
  private var keys: [Key] = []
  /// The indices of spans that say the same as one before them.
  private var copies: [Int32] = []

  /// Spans that are compared in full are loaded up to this many bytes at a time.
  private static let loadedBytes = 32 << 20

  /// For each place in canonical order the index of its span, and the indices of the spans that are
  /// exact copies of others. Throws where the spans cannot be loaded.
  static func order(
    _ skeleton: TraceSkeleton, of trace: StoredTrace
  ) throws -> (order: [Int32], copies: [Int32]) {
    var order = SkeletonOrder(skeleton)
    try order.settle(order.ties(), trace)
    return (order.keys.map(\.index), order.copies)
  }

  private init(_ skeleton: TraceSkeleton) {
    self.skeleton = skeleton
    keys.reserveCapacity(skeleton.count)
    for index in 0..<skeleton.count {
      let place = TraceSkeleton.place(index)
      let span = skeleton.batches[place.batch].spans[place.span]
      keys.append(
        Key(
          start: span.start,
          prefix: ByteComparison.prefix(skeleton.batches[place.batch].arena, span.spanID),
          index: Int32(truncatingIfNeeded: index)))
    }
    keys.sort { a, b in
      if a.start != b.start { return a.start < b.start }
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      let outlines = Self.compare(a, b, skeleton)
      return outlines != 0 ? outlines < 0 : a.index < b.index
    }
  }

  /// Orders two spans by what the skeleton has of them: the first fields that `SpanOrder` looks at.
  @inline(never)
  private static func compare(_ a: Key, _ b: Key, _ skeleton: TraceSkeleton) -> Int {
    let (left, right) = (TraceSkeleton.place(Int(a.index)), TraceSkeleton.place(Int(b.index)))
    let x = skeleton.batches[left.batch].spans[left.span]
    let y = skeleton.batches[right.batch].spans[right.span]
    let ids = ByteComparison.order(
      skeleton.batches[left.batch].arena, x.spanID, skeleton.batches[right.batch].arena, y.spanID)
    if ids != 0 { return ids }
    if x.end != y.end { return x.end < y.end ? -1 : 1 }
    return ByteComparison.order(
      skeleton.batches[left.batch].arena, x.parentSpanID, skeleton.batches[right.batch].arena,
      y.parentSpanID)
  }

  /// Runs of places whose spans the skeleton does not tell apart.
  private func ties() -> [Range<Int>] {
    var ties: [Range<Int>] = []
    var first = 0
    for place in keys.indices.dropFirst() {
      let (a, b) = (keys[place - 1], keys[place])
      let isTie =
        a.start == b.start && a.prefix == b.prefix && Self.compare(a, b, skeleton) == 0
      if isTie { continue }
      if place - first > 1 { ties.append(first..<place) }
      first = place
    }
    if keys.count - first > 1 { ties.append(first..<keys.count) }
    return ties
  }

  /// Brings the spans of `ties` into the order of what they say. Spans that say the same stay as
  /// they are: which one comes first is not to be seen.
  private mutating func settle(_ ties: [Range<Int>], _ trace: StoredTrace) throws {
    if ties.isEmpty { return }
    let digests = try digests(ties, trace)
    var open: [(places: Range<Int>, spans: [Int32])] = []
    var bytes = 0
    for tie in ties {
      keys[tie].sort { (digests[$0.index], $0.index) < (digests[$1.index], $1.index) }
      // Of spans that say the same the first stands for all.
      var different: [Int32] = []
      for place in tie
      where place == tie.lowerBound || digests[keys[place].index] != digests[keys[place - 1].index]
      {
        different.append(keys[place].index)
        bytes += Int(skeleton.size(of: Int(keys[place].index)).bytes)
      }
      if hasID(keys[tie.lowerBound].index) {
        for place in tie.dropFirst()
        where digests[keys[place].index] == digests[keys[place - 1].index] {
          copies.append(keys[place].index)
        }
      }
      if different.count == 1 { continue }
      open.append((tie, different))
      if bytes >= Self.loadedBytes {
        try sort(open, digests, trace)
        open = []
        bytes = 0
      }
    }
    try sort(open, digests, trace)
  }

  /// Whether the span at `index` has an id: without one it is no copy of another.
  private func hasID(_ index: Int32) -> Bool {
    let place = TraceSkeleton.place(Int(index))
    return !skeleton.batches[place.batch].spans[place.span].spanID.isEmpty
  }

  /// Sorts ties whose `spans` all say something different.
  private mutating func sort(
    _ ties: [(places: Range<Int>, spans: [Int32])], _ digests: Digests, _ trace: StoredTrace
  ) throws {
    if ties.isEmpty { return }
    let loaded = try load(ties.flatMap(\.spans).sorted(), trace)
    for (tie, spans) in ties {
      let sorted = spans.sorted { a, b in
        SpanOrder.order(
          SpanReference(batch: 0, span: loaded.places[a] ?? 0),
          SpanReference(batch: 0, span: loaded.places[b] ?? 0), in: [loaded.batch]) < 0
      }
      var ranks: [Digest128: Int] = [:]
      for (rank, span) in sorted.enumerated() { ranks[digests[span]] = rank }
      keys[tie].sort { a, b in
        let (x, y) = (ranks[digests[a.index]] ?? 0, ranks[digests[b.index]] ?? 0)
        return x != y ? x < y : a.index < b.index
      }
    }
  }

  /// The digests of what some of the spans say.
  private struct Digests {
    /// For each span 1 + its place in `values`, 0 for none.
    var places: [UInt32]
    var values: [Digest128] = []

    subscript(index: Int32) -> Digest128 { values[Int(places[Int(index)]) - 1] }
  }

  private func digests(_ ties: [Range<Int>], _ trace: StoredTrace) throws -> Digests {
    var digests = Digests(places: [UInt32](repeating: 0, count: keys.count))
    for tie in ties { for place in tie { digests.places[Int(keys[place].index)] = 1 } }
    var index = 0
    try trace.forEachPiece { piece in
      let digester = SpanDigester(piece.batch)
      for span in piece.spans {
        if digests.places[index] != 0 {
          digests.values.append(digester.digest(span))
          digests.places[index] = UInt32(digests.values.count)
        }
        index += 1
      }
    }
    return digests
  }

  /// The spans at the indices `wanted`, ascending, in a batch, and where each is in it.
  private func load(
    _ wanted: [Int32], _ trace: StoredTrace
  ) throws -> (batch: SpanBatch, places: [Int32: Int]) {
    var batch = SpanBatch()
    var places: [Int32: Int] = [:]
    var (index, next) = (0, 0)
    try trace.forEachPiece { piece in
      var origins = OriginCopies(OriginCopies.Sources([piece.batch]))
      for number in piece.spans {
        if next < wanted.count && Int(wanted[next]) == index {
          let span = piece.batch.spans[number]
          let resource = origins.resource(span.resource, of: 0, in: &batch)
          let scope = origins.scope(span.scope, of: 0, in: &batch)
          places[wanted[next]] = batch.spans.count
          batch.add(span, from: piece.batch, resource: resource, scope: scope)
          next += 1
        }
        index += 1
      }
    }
    return (batch, places)
  }
}
