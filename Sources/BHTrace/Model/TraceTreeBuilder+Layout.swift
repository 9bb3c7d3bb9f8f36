/// The tree that parents make, in its order.
extension TraceTreeBuilder {
  /// Writes the spans down in pre-order.
  static func layOut(
    _ nodes: inout [Node], _ keys: [Key], _ spans: [SpanReference], _ batches: [SpanBatch]
  ) -> BuiltTree {
    var firstRoot = -1
    for number in nodes.indices.reversed() {
      let parent = Int(nodes[number].parent)
      if parent < 0 {
        nodes[number].nextSibling = Int32(truncatingIfNeeded: firstRoot)
        firstRoot = number
      } else {
        nodes[number].nextSibling = nodes[parent].firstChild
        nodes[parent].firstChild = Int32(truncatingIfNeeded: number)
      }
    }
    var built = BuiltTree(tree: TraceTree(), order: [])
    let count = nodes.count
    built.order.reserveCapacity(count)
    built.tree.parents.reserveCapacity(count)
    built.tree.starts.reserveCapacity(count)
    built.tree.ends.reserveCapacity(count)
    built.tree.marks.reserveCapacity(count)
    built.tree.operations = [UInt32](repeating: 0, count: count)
    var number = firstRoot
    while number >= 0 {
      let index = Int(keys[number].index)
      let place = spans[index]
      let parent = Int(nodes[number].parent)
      nodes[number].position = Int32(truncatingIfNeeded: built.order.count)
      built.order.append(index)
      built.tree.parents.append(parent < 0 ? -1 : nodes[parent].position)
      built.tree.starts.append(keys[number].start)
      built.tree.ends.append(batches[place.batch].spans[place.span].end)
      built.tree.marks.append(nodes[number].marks)
      number = next(after: number, nodes)
    }
    if let first = keys.first {
      let place = spans[Int(first.index)]
      built.tree.dialect = batches[place.batch].spans[place.span].dialect
    }
    return built
  }

  /// The span that follows in pre-order: the first child, else the next sibling of the span or of
  /// its nearest ancestor that has one.
  @inline(__always)
  private static func next(after number: Int, _ nodes: [Node]) -> Int {
    if nodes[number].firstChild >= 0 { return Int(nodes[number].firstChild) }
    var number = number
    while number >= 0 {
      if nodes[number].nextSibling >= 0 { return Int(nodes[number].nextSibling) }
      number = Int(nodes[number].parent)
    }
    return -1
  }
}
