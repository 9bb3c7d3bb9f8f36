internal import Synchronization

/// The pages of a chunk as they are stored, and what decoding them takes: work for any thread.
struct ChunkJob: Sendable {
  /// The number of the segment in the archive.
  let segment: Int
  let layout: SegmentLayout
  let chunk: Int
  let names: NameTable
  let times: TimeCoding
  let payload: SegmentPayload
  let source: AccountedSource
  let indexPage: [UInt8]
  let traceIDPage: [UInt8]
  let spanIDPage: [UInt8]

  /// Decodes the pages.
  func open() throws -> ChunkContent {
    let index = try layout.index(
      chunk, indexPage, operationCount: names.operations.count, times: times,
      counting: source)
    var content = ChunkContent(layout, chunk: chunk, index: index, source: source)
    content.traceIDs = try layout.traceIDs(chunk, traceIDPage, counting: source)
    content.spanIDs = try layout.spanIDs(chunk, spanIDPage, index: index, counting: source)
    return content
  }
}

/// What one thread needs to work on chunks, one after the other.
struct ChunkWorker: ~Copyable {
  private var decoder: PayloadDecoder?
  private var encoder = OTLPProtobufEncoder()
  private var segment: Int?

  init() {}

  /// Lends a decoder for the chunk of `job` to `body`.
  private mutating func withDecoder<Answer>(
    _ job: ChunkJob,
    _ body: (inout PayloadDecoder, inout OTLPProtobufEncoder) throws -> Answer
  ) throws -> Answer {
    let known = segment == job.segment ? decoder.take() : nil
    segment = nil
    var lent: PayloadDecoder
    if let known = consume known {
      lent = known
    } else {
      lent = PayloadDecoder(job.payload)
      encoder = OTLPProtobufEncoder(sharedAttributes: lent.spans.sharedAttributes)
    }
    let answer = try body(&lent, &encoder)
    decoder = consume lent
    segment = job.segment
    return answer
  }

  /// The traces of a chunk, whole.
  mutating func traces(_ job: ChunkJob, _ parts: TraceParts) throws -> [LoadedTrace] {
    var content = try job.open()
    let wanted = content.wholeTraces
    let batches = try withDecoder(job) { decoder, _ in
      try decoder.batches(of: wanted, in: &content)
    }
    var traces: [LoadedTrace] = []
    traces.reserveCapacity(wanted.count)
    for (entry, batch) in zip(wanted, batches) {
      var trace = LoadedTrace(
        handle: TraceHandle(segment: job.segment, chunk: job.chunk, slot: entry.slot),
        tree: content.index.tree(entry.slot), names: job.names)
      trace.traceID = content.traceIDs[entry.slot]
      if parts.contains(.spanIDs) { trace.spanIDs = content.spanIDs(of: entry.slot) }
      trace.batch = batch
      traces.append(trace)
    }
    return traces
  }

  /// The traces of a chunk as OTLP protobuf, a message each, in the memory of `buffer`.
  mutating func messages(
    _ job: ChunkJob, _ framing: ProtobufFraming, in buffer: consuming [UInt8]
  ) throws -> OTLPProtobufChunk {
    var content = try job.open()
    let wanted = content.wholeTraces
    var result = OTLPProtobufChunk(bytes: buffer)
    result.bytes.removeAll(keepingCapacity: true)
    try withDecoder(job) { decoder, encoder in
      try decoder.lend(wanted, of: &content) { spans in
        result.traces += 1
        result.spans += spans.batch.spans.count
        guard spans.batch.spans.first?.dialect == .v1 else {
          encoder.append(spans.batch, framing: framing, to: &result.bytes)
          return
        }
        // A v1 trace is written in the order of its file.
        let batch = spans.batch
        let order = batch.spans.indices.sorted {
          batch.spans[$0].filePosition < batch.spans[$1].filePosition
        }
        encoder.append(
          batch.convertedToOTLP(), spans: order, framing: framing, to: &result.bytes)
      }
    }
    return result
  }
}

/// Arrays that were used and may be used again: memory the system gave is not given back and
/// cleared anew for every chunk.
final class BufferPool: Sendable {
  private let buffers = Mutex<[[UInt8]]>([])

  /// An array that was given back, or a new one.
  func take() -> [UInt8] { buffers.withLock { $0.popLast() } ?? [] }

  /// Gives an array back.
  func give(_ buffer: [UInt8]) { buffers.withLock { $0.append(buffer) } }
}

/// The traces of a chunk as OTLP protobuf.
package struct OTLPProtobufChunk: Sendable {
  var bytes: [UInt8] = []
  var traces = 0
  var spans = 0
}
