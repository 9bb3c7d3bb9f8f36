@testable import BHTrace

/// An archive that is nothing but a batch in memory, and notes what queries ask of it.
final class MemoryArchive: TraceArchive {
  let formatVersion = 2
  private(set) var stats = ReadStats()
  /// The spans whose payload was handed out, by name, in order.
  private(set) var payloads: [String] = []
  /// The parts asked for, call by call.
  private(set) var partsAsked: [TraceParts] = []

  private let batch: SpanBatch
  private var traces: [(id: [UInt8], tree: TraceTree, order: [Int], segment: Int)] = []
  private var tables: [NameTable] = []

  /// An archive of the traces in `plain`; every `perSegment` traces have a name table of their
  /// own.
  init(_ plain: [PlainSpan], perSegment: Int = .max) {
    batch = SpanBatch(plain)
    var ids: [String] = []
    for one in plain where !ids.contains(one.trace) { ids.append(one.trace) }
    for (number, id) in ids.enumerated() {
      let segment = number / perSegment
      let named = NamedTree(batch, spans: plain.indices.filter { plain[$0].trace == id })
      if segment == tables.count { tables.append(NameTable()) }
      var tree = named.tree
      for position in 0..<tree.count {
        tree.operations[position] = intern(
          named.names, Int(named.tree.operations[position]), segment)
      }
      traces.append((Array(id.utf8), tree, named.order, segment))
    }
    traces.sort {
      ($0.tree.earliestStart, String(decoding: $0.id, as: UTF8.self))
        < ($1.tree.earliestStart, String(decoding: $1.id, as: UTF8.self))
    }
  }

  private func intern(_ names: NameTable, _ number: Int, _ segment: Int) -> UInt32 {
    var operation = names.operations[number]
    let service = names.service(ofOperation: UInt32(number))
    let known = tables[segment].services.firstIndex(of: service)
    if known == nil { tables[segment].services.append(service) }
    operation.service = UInt32(known ?? tables[segment].services.count - 1)
    let index = tables[segment].operations.firstIndex(of: operation)
    if index == nil { tables[segment].operations.append(operation) }
    return UInt32(index ?? tables[segment].operations.count - 1)
  }

  var traceCount: Int { traces.count }
  var spanCount: Int { batch.spans.count }

  func locate(traceID: [UInt8], for parts: TraceParts) -> [TraceHandle] {
    traces.indices.filter { traces[$0].id == traceID }.map(handle)
  }

  private func handle(_ number: Int) -> TraceHandle {
    TraceHandle(segment: traces[number].segment, chunk: 0, slot: number)
  }

  func load(_ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?) -> LoadedTrace {
    partsAsked.append(parts)
    let trace = traces[handle.slot]
    var loaded = LoadedTrace(handle: handle, tree: trace.tree, names: tables[trace.segment])
    if !parts.isDisjoint(with: [.traceID, .spanIDs, .payload]) { loaded.traceID = trace.id }
    if parts.contains(.spanIDs) {
      loaded.spanIDs = trace.order.map { batch.bytes(batch.spans[$0].spanID) }
    }
    if parts.contains(.payload) {
      loaded.batch = batch
      loaded.batch.spans = (positions ?? Array(trace.order.indices)).map {
        batch.spans[trace.order[$0]]
      }
      payloads += loaded.batch.spans.map { batch.text($0.name) }
    }
    return loaded
  }

  func firstHandle() -> TraceHandle? { traces.isEmpty ? nil : handle(0) }

  /// Bounds only allow an archive to pass over traces; this one hands out all.
  func forEachTrace(
    _ parts: TraceParts, bounds: TraceBounds, choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws {
    for number in traces.indices {
      guard parts.contains(.payload) else {
        try body(load(handle(number), parts, positions: nil))
        continue
      }
      let wanted = try choose(load(handle(number), parts.subtracting(.payload), positions: nil))
      if wanted?.isEmpty == true { continue }
      try body(load(handle(number), parts, positions: wanted))
    }
  }
}
