/// A span in an array of batches.
struct SpanReference: Sendable {
  // There may be millions.
  private var batchNumber: UInt32
  private var spanNumber: UInt32

  /// Span number `span` of batch number `batch`, both below 2^32.
  @inline(__always)
  init(batch: Int, span: Int) {
    batchNumber = UInt32(batch)
    spanNumber = UInt32(span)
  }

  /// Index of the batch.
  var batch: Int {
    @inline(__always) get { Int(batchNumber) }
    set { batchNumber = UInt32(newValue) }
  }

  /// Index into the batch's `spans`.
  var span: Int {
    @inline(__always) get { Int(spanNumber) }
    set { spanNumber = UInt32(newValue) }
  }
}

/// A tree, and which span stands where in it.
struct BuiltTree: Sendable {
  /// Shape, times and marks; the operations are all zero and the file positions empty.
  var tree: TraceTree
  /// For each pre-order position the index of its span in the array the tree was built from.
  var order: [Int]
}

/// Makes the tree of one trace from its spans, whatever order they come in.
///
/// - A span's parent is the span of that id; without one in the trace it is an orphan root. An id
///   of zeros is none.
/// - Where a span has no parent id, and exactly one CHILD_OF link into its own trace, its parent is
///   the span that the link names, if that is in the trace (`ParentLink`).
/// - Where exactly one CLIENT and one SERVER share an id, the SERVER hangs under the CLIENT and
///   other children of the id under the SERVER. Of other spans with one id time decides which one
///   is the parent (`SpanCopies`). Spans without an id are nobody's parents and no duplicates.
/// - A cycle, a span that is its own parent among them, is cut at its first span in canonical
///   order.
///
/// Canonical order: start, then the bytes of the span id, then what the span says (`SpanOrder`).
/// O(n log n), without recursion.
enum TraceTreeBuilder {
  /// What sorting looks at; `prefix` is the begin of the span id.
  struct Key {
    var start: UInt64
    var prefix: UInt64
    var index: Int32
  }

  /// One span, at its place in canonical order. -1 stands for none.
  struct Node {
    var id: ByteRange
    var hash: UInt64
    var prefix: UInt64
    var batch: Int32
    var kind: Int32
    /// The span that children of this id hang under; below -1 where it depends on the child: the
    /// number of the `SpanCopies`, from -2 down. Good at the first span of the id only.
    var target: Int32
    /// The next span of the same id.
    var nextTwin: Int32 = -1
    var parent: Int32 = -1
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    var position: Int32 = -1
    var marks: SpanMarks = []
    /// Whether another span of the same id comes earlier.
    var isLaterTwin = false
  }

  private static let seed = UInt64.random(in: .min ... .max)
  private static let client: Int32 = 3
  private static let server: Int32 = 2

  /// The tree of `spans`, which are all spans of one trace (fewer than 2^31); `areSorted` where they
  /// come in canonical order.
  static func build(
    _ spans: [SpanReference], in batches: [SpanBatch], areSorted: Bool = false
  ) -> BuiltTree {
    let keys = sortedKeys(spans, batches, areSorted: areSorted)
    var nodes = nodes(keys, spans, batches)
    let (slots, copies) = indexIDs(&nodes, keys, spans, batches)
    if linkParents(&nodes, slots, copies, keys, spans, batches) { cutCycles(&nodes) }
    return layOut(&nodes, keys, spans, batches)
  }

  private static func sortedKeys(
    _ spans: [SpanReference], _ batches: [SpanBatch], areSorted: Bool
  ) -> [Key] {
    var keys: [Key] = []
    keys.reserveCapacity(spans.count)
    var isSorted = true
    for index in spans.indices {
      let place = spans[index]
      let span = batches[place.batch].spans[place.span]
      let key = Key(
        start: span.start,
        prefix: ByteComparison.prefix(batches[place.batch].arena, span.spanID),
        index: Int32(truncatingIfNeeded: index))
      if let last = keys.last {
        isSorted = isSorted && (last.start, last.prefix) < (key.start, key.prefix)
      }
      keys.append(key)
    }
    if isSorted || areSorted { return keys }
    keys.sort { a, b in
      if a.start != b.start { return a.start < b.start }
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      return comesFirst(Int(a.index), Int(b.index), spans, batches)
    }
    return keys
  }

  /// Decides between spans of the same start and begin of the id.
  @inline(never)
  private static func comesFirst(
    _ a: Int, _ b: Int, _ spans: [SpanReference], _ batches: [SpanBatch]
  ) -> Bool {
    let (left, right) = (spans[a], spans[b])
    let ids = ByteComparison.order(
      batches[left.batch].arena, batches[left.batch].spans[left.span].spanID,
      batches[right.batch].arena, batches[right.batch].spans[right.span].spanID)
    if ids != 0 { return ids < 0 }
    let contents = SpanOrder.order(left, right, in: batches)
    return contents != 0 ? contents < 0 : a < b
  }

  private static func nodes(
    _ keys: [Key], _ spans: [SpanReference], _ batches: [SpanBatch]
  ) -> [Node] {
    var nodes: [Node] = []
    nodes.reserveCapacity(keys.count)
    for key in keys {
      let place = spans[Int(key.index)]
      let id = batches[place.batch].spans[place.span].spanID
      nodes.append(
        Node(
          id: id, hash: ByteComparison.hash(batches[place.batch].arena, id, seed: seed),
          prefix: key.prefix, batch: Int32(truncatingIfNeeded: place.batch),
          kind: batches[place.batch].spans[place.span].kind,
          target: Int32(truncatingIfNeeded: nodes.count)))
    }
    return nodes
  }

  /// Fills an open-addressing table with the first span of each id, and settles who is whose
  /// twin. Goes backwards, so that the first span of an id ends up at the head of its chain.
  private static func indexIDs(
    _ nodes: inout [Node], _ keys: [Key], _ spans: [SpanReference], _ batches: [SpanBatch]
  ) -> (slots: [Int32], copies: [SpanCopies]) {
    var capacity = 16
    while capacity < nodes.count * 2 { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    var hasTwins = false
    for number in nodes.indices.reversed() where !nodes[number].id.isEmpty {
      let node = nodes[number]
      let slot = find(
        node.id, node.hash, node.prefix, batches[Int(node.batch)].arena, nodes, slots, batches)
      if slots[slot] >= 0 {
        nodes[number].nextTwin = slots[slot]
        nodes[Int(slots[slot])].isLaterTwin = true
        hasTwins = true
      }
      slots[slot] = Int32(truncatingIfNeeded: number)
    }
    var copies: [SpanCopies] = []
    if hasTwins {
      for number in nodes.indices where nodes[number].nextTwin >= 0 && !nodes[number].isLaterTwin {
        if settleTwins(&nodes, first: number) { continue }
        var group = SpanCopies(first: Int32(truncatingIfNeeded: number))
        var copy = number
        while copy >= 0 {
          let place = spans[Int(keys[copy].index)]
          group.add(
            Int32(truncatingIfNeeded: copy), start: keys[copy].start,
            end: batches[place.batch].spans[place.span].end)
          copy = Int(nodes[copy].nextTwin)
        }
        nodes[number].target = -2 - Int32(truncatingIfNeeded: copies.count)
        copies.append(group)
      }
    }
    return (slots, copies)
  }

  /// The slot that holds the first span with this id, or the free one where it would go.
  @inline(__always)
  private static func find(
    _ id: ByteRange, _ hash: UInt64, _ prefix: UInt64, _ arena: [UInt8],
    _ nodes: [Node], _ slots: [Int32], _ batches: [SpanBatch]
  ) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let candidate = Int(slots[slot])
      if nodes[candidate].hash == hash && nodes[candidate].prefix == prefix
        && nodes[candidate].id.count == id.count
        && (id.count <= 8
          || ByteComparison.equal(
            batches[Int(nodes[candidate].batch)].arena, nodes[candidate].id, arena, id))
      {
        break
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// Marks the spans that share the id of `first`, and ties a CLIENT and SERVER pair together;
  /// whether there is one.
  private static func settleTwins(_ nodes: inout [Node], first: Int) -> Bool {
    var (clients, servers) = (0, 0)
    var (lastClient, lastServer) = (-1, -1)
    var number = first
    while number >= 0 {
      if nodes[number].kind == client {
        clients += 1
        lastClient = number
      } else if nodes[number].kind == server {
        servers += 1
        lastServer = number
      }
      number = Int(nodes[number].nextTwin)
    }
    let isPair = clients == 1 && servers == 1
    number = first
    while number >= 0 {
      let isExpected = isPair ? number == lastClient || number == lastServer : number == first
      if !isExpected { nodes[number].marks.insert(.duplicate) }
      number = Int(nodes[number].nextTwin)
    }
    if isPair {
      nodes[first].target = Int32(truncatingIfNeeded: lastServer)
      nodes[lastServer].marks.insert(.shared)
      nodes[lastServer].parent = Int32(truncatingIfNeeded: lastClient)
    }
    return isPair
  }

  /// Sets every parent. Returns whether there may be cycles: without a parent that comes later
  /// in canonical order than its child there is none.
  private static func linkParents(
    _ nodes: inout [Node], _ slots: [Int32], _ copies: [SpanCopies], _ keys: [Key],
    _ spans: [SpanReference], _ batches: [SpanBatch]
  ) -> Bool {
    var mayHaveCycles = false
    for number in nodes.indices {
      let place = spans[Int(keys[number].index)]
      let span = batches[place.batch].spans[place.span]
      if span.statusCode == 2 { nodes[number].marks.insert(.error) }
      if !nodes[number].marks.contains(.shared) {
        var id = span.parentSpanID
        var prefix = ByteComparison.prefix(batches[place.batch].arena, id)
        // An id with bytes that are not zero shows it, but for rare ones, in the first eight.
        if prefix == 0 && ByteComparison.isZero(batches[place.batch].arena, id) {
          if !id.isEmpty { nodes[number].marks.insert(.zeroParent) }
          if span.links.count == 0 { continue }
          guard let linked = ParentLink.parent(of: span, in: batches[place.batch]) else { continue }
          id = linked
          prefix = ByteComparison.prefix(batches[place.batch].arena, id)
          nodes[number].marks.insert(.linkedParent)
        }
        let slot = find(
          id, ByteComparison.hash(batches[place.batch].arena, id, seed: seed), prefix,
          batches[place.batch].arena, nodes, slots, batches)
        if slots[slot] < 0 {
          let isLinked = nodes[number].marks.contains(.linkedParent)
          nodes[number].marks.remove(.linkedParent)
          if !isLinked { nodes[number].marks.insert(.orphan) }
          continue
        }
        let target = nodes[Int(slots[slot])].target
        nodes[number].parent =
          target >= 0
          ? target : copies[-2 - Int(target)].parent(ofChildFrom: span.start, to: span.end)
      }
      mayHaveCycles = mayHaveCycles || Int(nodes[number].parent) >= number
    }
    return mayHaveCycles
  }

  /// Walks up from every span until a span that was met before; one met on the same walk closes
  /// a cycle.
  private static func cutCycles(_ nodes: inout [Node]) {
    var walks = [Int32](repeating: -1, count: nodes.count)
    for start in nodes.indices {
      let walk = Int32(truncatingIfNeeded: start)
      var number = start
      while number >= 0 && walks[number] < 0 {
        walks[number] = walk
        number = Int(nodes[number].parent)
      }
      if number < 0 || walks[number] != walk { continue }
      var first = number
      var member = Int(nodes[number].parent)
      while member != number {
        first = min(first, member)
        member = Int(nodes[member].parent)
      }
      nodes[first].parent = -1
      nodes[first].marks.subtract([.shared, .linkedParent])
      nodes[first].marks.insert(.cut)
    }
  }
}
