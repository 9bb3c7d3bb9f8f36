/// Puts the pieces of a trace together, whichever segments they lie in.
struct PieceAssembler {
  private var trace: LoadedTrace
  private var merged = OperationMerger()

  init(_ handle: TraceHandle) {
    trace = LoadedTrace(handle: handle, tree: TraceTree(), names: NameTable())
  }

  /// How many spans the pieces so far have.
  var count: Int { trace.tree.count }

  /// Lists a piece in the trace's handle.
  mutating func notePiece(_ pages: ChunkPages) {
    trace.handle.pieces.append(TraceHandle.Piece(segment: pages.segment, chunk: pages.chunk))
  }

  /// Adds the next piece.
  mutating func add(_ pages: ChunkPages, _ parts: TraceParts) throws(FormatError) {
    let index = pages.index
    let at = pages.map.index(pages.chunk).lowerBound
    guard let position = index.piecePosition, position == trace.tree.count else {
      throw FormatError(
        .invalid, at: at, "a piece of a trace does not begin where the one before ends")
    }
    note(pages)
    for parent in index.parents {
      if parent >= -1 {
        trace.tree.parents.append(parent < 0 ? -1 : parent + Int32(truncatingIfNeeded: position))
      } else {
        // Decoding checked that outer spans lie in front of the piece.
        trace.tree.parents.append(
          Int32(truncatingIfNeeded: index.outerSpans[-2 - Int(parent)].position))
      }
    }
    let numbers = merged.numbers(of: pages.names.names, segment: pages.segment, in: &trace.names)
    trace.tree.operations += index.operations.map { numbers[Int($0)] }
    trace.tree.starts += index.starts
    trace.tree.ends += index.ends
    trace.tree.marks += index.marks
    if index.traces[0].hasFilePositions { trace.tree.filePositions += index.filePositions }
    if parts.contains(.spanIDs) { trace.spanIDs += pages.spanIDs(of: 0) }
  }

  /// Notes what any piece says of the whole trace.
  mutating func note(_ pages: ChunkPages) {
    trace.tree.dialect = pages.index.traces[0].dialect
    trace.start = pages.index.traces[0].start
    if !pages.traceIDs.isEmpty { trace.traceID = pages.traceIDs[0] }
    if trace.names.operations.isEmpty { trace.names = pages.names.names }
  }

  /// The trace.
  mutating func finish() throws(FormatError) -> LoadedTrace {
    let positions = trace.tree.filePositions
    if !positions.isEmpty {
      var seen = [Bool](repeating: false, count: trace.tree.count)
      for position in positions {
        guard Int(position) < seen.count, !seen[Int(position)] else {
          throw FormatError(
            .invalid, at: nil, "the file positions of a trace are not a permutation")
        }
        seen[Int(position)] = true
      }
      guard positions.count == trace.tree.count else {
        throw FormatError(.invalid, at: nil, "the file positions of a trace are not a permutation")
      }
    }
    return trace
  }
}

/// Operations of several name tables under the numbers of one.
struct OperationMerger {
  private var services: [[UInt8]: UInt32] = [:]
  private var operations: [Key: UInt32] = [:]
  private var last: (segment: Int, numbers: [UInt32])?

  private struct Key: Hashable {
    var service: UInt32
    var kind: Int32
    var name: [UInt8]
  }

  /// For each operation of `names` its number in `target`, to which new ones are added.
  mutating func numbers(
    of names: NameTable, segment: Int, in target: inout NameTable
  ) -> [UInt32] {
    if let last, last.segment == segment { return last.numbers }
    if last == nil { target = NameTable() }
    let serviceNumbers = names.services.map { service in
      if let known = services[service] { return known }
      let number = UInt32(target.services.count)
      services[service] = number
      target.services.append(service)
      return number
    }
    let numbers = names.operations.map { operation in
      let key = Key(
        service: serviceNumbers[Int(operation.service)], kind: operation.kind,
        name: operation.name)
      if let known = operations[key] { return known }
      let number = UInt32(target.operations.count)
      operations[key] = number
      target.operations.append(
        NameTable.Operation(service: key.service, name: key.name, kind: key.kind))
      return number
    }
    last = (segment, numbers)
    return numbers
  }
}
