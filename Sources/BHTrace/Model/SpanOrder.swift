/// The canonical order of spans by what they say, for spans that start together under one id.
///
/// Compares contents, never places in an arena, so that the same spans come in the same order
/// whichever batches they lie in. Slow, and needed for duplicates only.
enum SpanOrder {
  /// Orders two spans by every field: negative, zero (nothing tells them apart) or positive.
  static func order(
    _ left: SpanReference, _ right: SpanReference, in batches: [SpanBatch]
  ) -> Int {
    let sides = Sides(left: batches[left.batch], right: batches[right.batch])
    return sides.spans(sides.left.spans[left.span], sides.right.spans[right.span])
  }

  /// Whether resource `x` of `left` says the same as resource `y` of `right`.
  static func resourcesAreEqual(
    _ x: Int, of left: SpanBatch, _ y: Int, of right: SpanBatch
  ) -> Bool { Sides(left: left, right: right).resources(x, y) == 0 }

  /// Whether scope `x` of `left` says the same as scope `y` of `right`.
  static func scopesAreEqual(_ x: Int, of left: SpanBatch, _ y: Int, of right: SpanBatch) -> Bool {
    Sides(left: left, right: right).scopes(x, y) == 0
  }

  /// The two batches that records and ranges are taken from.
  private struct Sides {
    var left: SpanBatch
    var right: SpanBatch

    func spans(_ a: SpanRecord, _ b: SpanRecord) -> Int {
      first(numbers(a.start, b.start)) { bytes(a.spanID, b.spanID) }
        ?? first(numbers(a.end, b.end)) { bytes(a.parentSpanID, b.parentSpanID) }
        ?? first(bytes(a.name, b.name)) { bytes(a.traceID, b.traceID) }
        ?? first(numbers(a.kind, b.kind)) { numbers(a.statusCode, b.statusCode) }
        ?? first(flags(a.hasStatus, b.hasStatus)) { bytes(a.statusMessage, b.statusMessage) }
        ?? first(bytes(a.traceState, b.traceState)) { numbers(a.flags, b.flags) }
        ?? first(numbers(a.droppedAttributes, b.droppedAttributes)) {
          numbers(a.droppedEvents, b.droppedEvents)
        }
        ?? first(numbers(a.droppedLinks, b.droppedLinks)) { bytes(a.extra, b.extra) }
        ?? first(attributes(a.attributes, b.attributes)) { events(a.events, b.events) }
        ?? first(links(a.links, b.links)) { resources(Int(a.resource), Int(b.resource)) }
        ?? first(scopes(Int(a.scope), Int(b.scope))) {
          numbers(a.dialect.rawValue, b.dialect.rawValue)
        }
        ?? (a.dialect == .v1 ? numbers(a.filePosition, b.filePosition) : 0)
    }

    /// The first of two comparisons that is not zero, or nil.
    private func first(_ one: Int, _ two: () -> Int) -> Int? {
      if one != 0 { return one }
      let second = two()
      return second != 0 ? second : nil
    }

    private func numbers<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }

    private func flags(_ a: Bool, _ b: Bool) -> Int { a == b ? 0 : a ? 1 : -1 }

    private func bytes(_ a: ByteRange, _ b: ByteRange) -> Int {
      ByteComparison.order(left.arena, a, right.arena, b)
    }

    /// Orders two runs of records pairwise, a shorter run first where one begins the other.
    private func runs(
      _ a: RecordRange, _ b: RecordRange, _ pair: (Int, Int) -> Int
    ) -> Int {
      for step in 0..<Int(min(a.count, b.count)) {
        let result = pair(Int(a.first) + step, Int(b.first) + step)
        if result != 0 { return result }
      }
      return numbers(a.count, b.count)
    }

    private func attributes(_ a: RecordRange, _ b: RecordRange) -> Int {
      runs(a, b) { x, y in
        let (one, two) = (left.attributes[x], right.attributes[y])
        let keys = bytes(one.key, two.key)
        if keys != 0 { return keys }
        if one.kind != two.kind { return numbers(one.kind.rawValue, two.kind.rawValue) }
        return one.kind.hasRange ? bytes(one.range, two.range) : numbers(one.bits, two.bits)
      }
    }

    private func events(_ a: RecordRange, _ b: RecordRange) -> Int {
      runs(a, b) { x, y in
        let (one, two) = (left.events[x], right.events[y])
        return first(numbers(one.time, two.time)) { bytes(one.name, two.name) }
          ?? first(numbers(one.droppedAttributes, two.droppedAttributes)) {
            bytes(one.extra, two.extra)
          }
          ?? attributes(one.attributes, two.attributes)
      }
    }

    private func links(_ a: RecordRange, _ b: RecordRange) -> Int {
      runs(a, b) { x, y in
        let (one, two) = (left.links[x], right.links[y])
        return first(bytes(one.traceID, two.traceID)) { bytes(one.spanID, two.spanID) }
          ?? first(bytes(one.traceState, two.traceState)) { numbers(one.flags, two.flags) }
          ?? first(numbers(one.droppedAttributes, two.droppedAttributes)) {
            bytes(one.extra, two.extra)
          }
          ?? attributes(one.attributes, two.attributes)
      }
    }

    func resources(_ x: Int, _ y: Int) -> Int {
      let (one, two) = (left.resources[x], right.resources[y])
      return first(flags(one.isPresent, two.isPresent)) {
        numbers(one.droppedAttributes, two.droppedAttributes)
      }
        ?? first(bytes(one.schemaURL, two.schemaURL)) { bytes(one.extra, two.extra) }
        ?? first(bytes(one.outerExtra, two.outerExtra)) {
          attributes(one.attributes, two.attributes)
        } ?? 0
    }

    func scopes(_ x: Int, _ y: Int) -> Int {
      let (one, two) = (left.scopes[x], right.scopes[y])
      return first(flags(one.isPresent, two.isPresent)) { bytes(one.name, two.name) }
        ?? first(bytes(one.version, two.version)) { bytes(one.schemaURL, two.schemaURL) }
        ?? first(numbers(one.droppedAttributes, two.droppedAttributes)) {
          bytes(one.extra, two.extra)
        }
        ?? first(bytes(one.outerExtra, two.outerExtra)) {
          attributes(one.attributes, two.attributes)
        } ?? 0
    }
  }
}
