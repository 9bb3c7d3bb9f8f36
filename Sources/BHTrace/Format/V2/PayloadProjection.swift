/// Which parts of the payload somebody wants: the others are stepped over.
struct PayloadProjection: Sendable {
  /// For each entry of `FlatTables.variables` whether its value is wanted.
  private let variables: [Bool]
  /// For each key of the tables whether it is wanted.
  private let keys: [Bool]
  /// Whether events are wanted.
  let events: Bool
  /// Whether links are wanted.
  let links: Bool

  /// The attributes of `keys`, all where it is nil.
  init(_ tables: FlatTables, keys: Set<[UInt8]>?, events: Bool, links: Bool) {
    let isWanted = (0..<tables.keyCount).map { number in
      keys.map { $0.contains(Array(tables.arena[tables.texts[number].positions])) } ?? true
    }
    variables = tables.variables.map { $0.slot.key < 0 || isWanted[Int($0.slot.key)] }
    self.keys = isWanted
    self.events = events
    self.links = links
  }

  /// Whether the value of variable number `index` is wanted.
  @inline(__always)
  func wants(variable index: Int) -> Bool { variables[index] }

  /// Whether the value of a slot of a span, event or link that says its shape itself is wanted.
  func wants(_ slot: FlatTables.FlatSlot) -> Bool { slot.key < 0 || keys[Int(slot.key)] }
}
