extension SegmentFacts {
  /// What all spans of a shape have.
  package struct Shape {
    /// The operation its spans are of.
    package let operation: Int
    /// OTLP's status code.
    package let statusCode: Int32
    fileprivate let slots: ArraySlice<FlatTables.FlatSlot>
    fileprivate let tables: FlatTables

    /// What spans of the shape have under a key.
    package enum Presence {
      case never
      case always(AttributeRecord, arena: [UInt8])
      case varying
    }

    /// What they have under the key whose text lies at `range` of the arena.
    package func presence(ofKeyAt range: ByteRange?) -> Presence {
      guard let range else { return .never }
      // Of several the last one counts.
      guard
        let slot = slots.last(where: {
          $0.key >= 0 && tables.texts[Int($0.key)].offset == range.offset
        })
      else { return .never }
      if !slot.isConstant { return .varying }
      let record =
        slot.kind.hasRange
        ? AttributeRecord(
          key: range, kind: slot.kind,
          range: slot.constant < 0 ? .empty : tables.texts[Int(slot.constant)])
        : AttributeRecord(key: range, kind: slot.kind, bits: slot.bits)
      return .always(record, arena: tables.arena)
    }
  }

  /// The segment's shapes of spans, in order; none where tables were not read.
  package func forEachShape(_ body: (Shape) -> Void) {
    guard let tables else { return }
    for (operation, range) in tables.shapeRanges.enumerated() {
      for place in range {
        let shape = tables.spanShapes[place]
        body(
          Shape(
            operation: operation, statusCode: shape.statusCode, slots: tables.slots[shape.slots],
            tables: tables))
      }
    }
  }
}

extension SegmentFacts {
  /// Hands `body` where the slots of each shape of `owner` lie, its operation where spans have it, and
  /// in which chunks it occurs; nil where that is not known.
  func forEachShape(
    of owner: AttributeOwner,
    _ body: (_ slots: Range<Int>, _ operation: Int?, _ known: () -> ChunkSet?) -> Void
  ) {
    guard let tables else { return }
    switch owner {
    case .span:
      for (operation, range) in tables.shapeRanges.enumerated() {
        for (shape, place) in range.enumerated() {
          body(tables.spanShapes[place].slots, operation) {
            postings?.chunks(of: .spanShape(operation: operation, shape: shape))
          }
        }
      }
    case .event:
      for (number, shape) in tables.eventShapes.enumerated() {
        body(shape.slots, nil) { postings?.chunks(of: .eventShape(number)) }
      }
    case .link:
      for (number, shape) in tables.linkShapes.enumerated() {
        body(shape.slots, nil) { postings?.chunks(of: .linkShape(number)) }
      }
    }
  }
}

extension ArchiveSession {
  /// Whether some attribute has `key`, as far as the tables tell that were read already.
  package func isKeyAtHand(_ key: [UInt8]) throws -> Bool {
    try locations().segments.indices.contains { segment in
      archive.payload(segment)?.tables.number(ofKey: key) != nil
    }
  }
}
