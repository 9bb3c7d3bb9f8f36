/// Copies of resources and scopes in another batch, each once for every batch it is in.
struct OriginCopies {
  private let batches: [SpanBatch]
  private var resources: [UInt64: UInt32] = [:]
  private var scopes: [UInt64: UInt32] = [:]

  init(_ batches: [SpanBatch]) { self.batches = batches }

  mutating func resource(_ index: Int, of batch: Int, in block: inout SpanBatch) -> UInt32 {
    let key = UInt64(batch) << 32 | UInt64(index)
    if let known = resources[key] { return known }
    let number = UInt32(block.resources.count)
    let copied = block.copy(batches[batch].resources[index], from: batches[batch])
    block.resources.append(copied)
    resources[key] = number
    return number
  }

  mutating func scope(_ index: Int, of batch: Int, in block: inout SpanBatch) -> UInt32 {
    let key = UInt64(batch) << 32 | UInt64(index)
    if let known = scopes[key] { return known }
    let number = UInt32(block.scopes.count)
    let copied = block.copy(batches[batch].scopes[index], from: batches[batch])
    block.scopes.append(copied)
    scopes[key] = number
    return number
  }
}
