/// Which parts of the payload somebody wants: the others are stepped over.
struct PayloadProjection: Sendable {
  /// For each entry of `FlatTables.variables` its place among the attributes of its shape that are
  /// wanted: -1 for a value that is not, 0 for a field of the model.
  private let places: [Int32]
  /// The entries of `FlatTables.records` that are wanted, and for each entry and one more how many of
  /// them come before it.
  private let records: [Int32]
  private let recordStarts: [Int32]
  /// For each key of the tables whether it is wanted.
  private let keys: [Bool]
  /// For each shape of spans whether spans of it are wanted; empty where all are.
  private let shapes: [Bool]
  /// Whether events are wanted.
  let events: Bool
  /// Whether links are wanted.
  let links: Bool

  /// The attributes of `keys`, all where it is nil, of spans of those shapes for which `shapes` is true,
  /// all where it is empty.
  init(
    _ tables: FlatTables, keys: Set<[UInt8]>?, events: Bool, links: Bool, shapes: [Bool] = []
  ) {
    let isWanted = (0..<tables.keyCount).map { number in
      keys.map { $0.contains(Array(tables.arena[tables.texts[number].positions])) } ?? true
    }
    self.keys = isWanted
    self.events = events
    self.links = links
    self.shapes = shapes.allSatisfy { $0 } ? [] : shapes
    var wantsRecord = [Bool](repeating: false, count: tables.records.count)
    let all = tables.spanShapes + tables.eventShapes + tables.linkShapes
    for shape in all {
      // The attributes of a shape are its slots that are no fields, in order.
      var record = shape.records.lowerBound
      for slot in tables.slots[shape.slots] where slot.field == nil {
        wantsRecord[record] = slot.key >= 0 && isWanted[Int(slot.key)]
        record += 1
      }
    }
    var (records, starts): ([Int32], [Int32]) = ([], [])
    for (number, isWanted) in wantsRecord.enumerated() {
      starts.append(Int32(records.count))
      if isWanted { records.append(Int32(number)) }
    }
    starts.append(Int32(records.count))
    self.records = records
    recordStarts = starts
    var places = [Int32](repeating: -1, count: tables.variables.count)
    for shape in all {
      for index in shape.variables {
        let variable = tables.variables[index]
        if variable.slot.field != nil {
          places[index] = 0
          continue
        }
        let record = shape.records.lowerBound + variable.place
        if wantsRecord[record] {
          places[index] = starts[record] - starts[shape.records.lowerBound]
        }
      }
    }
    self.places = places
  }

  /// The place of variable number `index` among the wanted attributes of its shape; -1 where its value
  /// is not wanted.
  @inline(__always)
  func place(ofVariable index: Int) -> Int { Int(places[index]) }

  /// The attributes among `FlatTables.records` that are wanted of a shape which has `records` there.
  @inline(__always)
  func wanted(_ records: Range<Int>) -> ArraySlice<Int32> {
    self.records[
      Int(recordStarts[records.lowerBound])..<Int(recordStarts[records.upperBound])]
  }

  /// Whether the value of a slot of a span, event or link that says its shape itself is wanted.
  func wants(_ slot: FlatTables.FlatSlot) -> Bool { slot.key < 0 || keys[Int(slot.key)] }

  /// Whether spans of some shape are not wanted.
  var skipsShapes: Bool { !shapes.isEmpty }

  /// Whether spans of shape number `shape` are wanted.
  @inline(__always)
  func wants(shape: Int) -> Bool { shapes.isEmpty || shapes[shape] }
}
