import BHTrace

/// A batch of a source that becomes one copy of itself after the other.
///
/// What differs between copies lies behind all else in the arena, each id and each fresh text once,
/// and is written over for each copy: so a copy costs little more than what is new in it.
struct RepeatedBatch: Sendable {
  /// The copy it is at present.
  private(set) var batch: SpanBatch
  /// The ids of the source, and where they begin in the arena of `batch`, in the same layout.
  private let ids: ByteInterner
  private let firstID: Int
  /// The span and event times of the source.
  private let spanTimes: [(start: UInt64, end: UInt64)]
  private let eventTimes: [UInt64]
  /// For each span, the number of its trace in `TraceStarts`.
  private let traces: [UInt32]
  /// The fresh texts, each with its place in the arena.
  private let texts: [(value: Int, range: ByteRange)]
  /// The attributes that are fresh integers.
  private let integers: [(value: Int, attribute: Int)]

  /// The batch `source`, of the OTLP dialect, whose traces are noted in `starts` and whose fresh
  /// values in `fresh`.
  init(_ source: SpanBatch, _ starts: inout TraceStarts, _ fresh: inout FreshValues) {
    var batch = source
    // As a collector would: all spans of a resource together.
    batch.spans = source.spans.enumerated().sorted {
      ($0.element.resource, $0.element.scope, $0.offset)
        < ($1.element.resource, $1.element.scope, $1.offset)
    }.map(\.element)
    traces = batch.spans.map { starts.note($0, in: source.arena) }
    spanTimes = batch.spans.map { ($0.start, $0.end) }
    eventTimes = batch.events.map(\.time)
    (ids, firstID) = Self.moveIDs(&batch)
    (texts, integers) = Self.moveValues(&batch, &fresh)
    self.batch = batch
  }

  /// Becomes a copy: with ids by `ids`, or those of the source, each trace moved by its distance,
  /// and fresh values of `values`.
  mutating func become(ids permutation: IDPermutation?, distances: [UInt64], values: FreshValues) {
    for number in 0..<ids.count {
      let range = ids.range(number)
      let offset = firstID + Int(range.offset)
      if let permutation {
        permutation.apply(to: range, of: ids.arena, writingTo: &batch.arena, at: offset)
      } else {
        Self.copy(range, of: ids.arena, to: &batch.arena, at: offset)
      }
    }
    for (value, range) in texts {
      Self.copy(values.range(value), of: values.texts, to: &batch.arena, at: Int(range.offset))
    }
    for (value, attribute) in integers { batch.attributes[attribute].bits = values.integers[value] }
    for index in batch.spans.indices { move(index, by: distances[Int(traces[index])]) }
  }

  /// Moves a span and its events; times of 0 that say that there are none stay.
  private mutating func move(_ index: Int, by distance: UInt64) {
    var span = batch.spans[index]
    (span.start, span.end) = spanTimes[index]
    let isZeroMoved = TraceStarts.isRelative(span)
    if span.start != 0 || isZeroMoved { span.start &+= distance }
    if span.end != 0 || isZeroMoved { span.end &+= distance }
    batch.spans[index] = span
    for event in span.events.indices {
      let time = eventTimes[event]
      batch.events[event].time = time != 0 || isZeroMoved ? time &+ distance : 0
    }
  }

  /// Gives all ids places behind the rest of the arena, equal ones the same.
  private static func moveIDs(_ batch: inout SpanBatch) -> (ByteInterner, Int) {
    var ids = ByteInterner()
    let (arena, first) = (batch.arena, batch.arena.count)
    func moved(_ range: ByteRange) -> ByteRange {
      if range.isEmpty { return range }
      let number = ids.intern(arena, range)
      let place = ids.range(number)
      return ByteRange(first + Int(place.offset), Int(place.count))
    }
    for index in batch.spans.indices {
      batch.spans[index].traceID = moved(batch.spans[index].traceID)
      batch.spans[index].spanID = moved(batch.spans[index].spanID)
      batch.spans[index].parentSpanID = moved(batch.spans[index].parentSpanID)
    }
    for index in batch.links.indices {
      batch.links[index].traceID = moved(batch.links[index].traceID)
      batch.links[index].spanID = moved(batch.links[index].spanID)
    }
    batch.arena += ids.arena
    return (ids, first)
  }

  /// Gives the fresh texts of spans and events places of their own, equal ones the same.
  private static func moveValues(
    _ batch: inout SpanBatch, _ fresh: inout FreshValues
  ) -> ([(value: Int, range: ByteRange)], [(value: Int, attribute: Int)]) {
    if !fresh.hasKeys { return ([], []) }
    var texts: [(value: Int, range: ByteRange)] = []
    var integers: [(value: Int, attribute: Int)] = []
    var places: [Int: ByteRange] = [:]
    let runs = batch.spans.map(\.attributes) + batch.events.map(\.attributes)
    for index in runs.lazy.flatMap({ $0.indices }) {
      let attribute = batch.attributes[index]
      guard let value = fresh.note(attribute, in: batch.arena) else { continue }
      if attribute.kind == .int {
        integers.append((value, index))
        continue
      }
      let place = places[value] ?? batch.append(batch.arena[attribute.range.positions])
      if places[value] == nil { texts.append((value, place)) }
      places[value] = place
      batch.attributes[index] = AttributeRecord(key: attribute.key, kind: .string, range: place)
    }
    return (texts, integers)
  }

  private static func copy(
    _ range: ByteRange, of source: [UInt8], to arena: inout [UInt8], at offset: Int
  ) {
    let first = Int(range.offset)
    for index in 0..<Int(range.count) { arena[offset + index] = source[first + index] }
  }
}
