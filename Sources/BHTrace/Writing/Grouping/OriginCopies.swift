/// Copies of resources and scopes of some batches in another batch, equal ones once.
struct OriginCopies {
  /// What the batches have, told once for any number of batches that are copied to.
  struct Sources: Sendable {
    fileprivate let batches: [SpanBatch]
    fileprivate var resources = Kinds()
    fileprivate var scopes = Kinds()

    init(_ batches: [SpanBatch]) {
      self.batches = batches
      for (number, batch) in batches.enumerated() {
        let digester = SpanDigester(batch)
        resources.add(digester.resources, ofBatch: number) { index, other in
          SpanOrder.resourcesAreEqual(index, of: batch, other.span, of: batches[other.batch])
        }
        scopes.add(digester.scopes, ofBatch: number) { index, other in
          SpanOrder.scopesAreEqual(index, of: batch, other.span, of: batches[other.batch])
        }
      }
    }
  }

  /// Which of the batches' resources, or scopes, are equal.
  fileprivate struct Kinds: Sendable {
    /// For each batch the number of them in those before.
    private var firsts: [Int] = []
    /// For each of them its kind.
    private var numbers: [UInt32] = []
    /// Of each kind the first: batch and index.
    private var examples: [SpanReference] = []
    private var known: [Digest128: UInt32] = [:]

    var count: Int { examples.count }

    /// Takes in those of a batch; `isEqual` compares one of them with an example.
    mutating func add(
      _ digests: [Digest128], ofBatch batch: Int, isEqual: (Int, SpanReference) -> Bool
    ) {
      firsts.append(numbers.count)
      for (index, digest) in digests.enumerated() {
        if let kind = known[digest], isEqual(index, examples[Int(kind)]) {
          numbers.append(kind)
        } else {
          known[digest] = UInt32(examples.count)
          numbers.append(UInt32(examples.count))
          examples.append(SpanReference(batch: batch, span: index))
        }
      }
    }

    @inline(__always)
    func kind(_ index: UInt32, of batch: Int) -> Int { Int(numbers[firsts[batch] + Int(index)]) }
  }

  private let sources: Sources
  /// For each kind which target it was copied to last, and its number there.
  private var resources: [(target: UInt32, number: UInt32)]
  private var scopes: [(target: UInt32, number: UInt32)]
  private var target: UInt32 = 1

  init(_ sources: Sources) {
    self.sources = sources
    resources = Array(repeating: (0, 0), count: sources.resources.count)
    scopes = Array(repeating: (0, 0), count: sources.scopes.count)
  }

  /// What comes goes to another batch.
  mutating func begin() { target += 1 }

  /// The number that resource `index` of batch number `batch` has in `copy`, where it is put if need
  /// be.
  @inline(__always)
  mutating func resource(_ index: UInt32, of batch: Int, in copy: inout SpanBatch) -> UInt32 {
    let kind = sources.resources.kind(index, of: batch)
    if resources[kind].target == target { return resources[kind].number }
    let number = UInt32(copy.resources.count)
    let source = sources.batches[batch]
    copy.resources.append(copy.copy(source.resources[Int(index)], from: source))
    resources[kind] = (target, number)
    return number
  }

  /// The number that scope `index` of batch number `batch` has in `copy`, where it is put if need be.
  @inline(__always)
  mutating func scope(_ index: UInt32, of batch: Int, in copy: inout SpanBatch) -> UInt32 {
    let kind = sources.scopes.kind(index, of: batch)
    if scopes[kind].target == target { return scopes[kind].number }
    let number = UInt32(copy.scopes.count)
    let source = sources.batches[batch]
    copy.scopes.append(copy.copy(source.scopes[Int(index)], from: source))
    scopes[kind] = (target, number)
    return number
  }
}
