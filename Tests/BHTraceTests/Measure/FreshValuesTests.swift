import Testing

@testable import BHTMeasure
@testable import BHTrace

@Suite struct FreshValuesTests {
  /// A batch with a span for each of `texts`, which have it as `key` and as `other`.
  private func batch(_ texts: [String], key: String = "order.id") -> SpanBatch {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.resources[0].attributes = batch.attributes([(key, texts.first ?? "")])
    batch.scopes = [ScopeRecord()]
    for text in texts {
      var span = SpanRecord()
      span.attributes = batch.attributes([(key, text), ("other", text)])
      batch.spans.append(span)
    }
    return batch
  }

  /// The values under `key` of the spans of `batch`, in their order.
  private func values(_ batch: SpanBatch, key: String = "order.id") -> [String] {
    batch.spans.flatMap { span in
      batch.attributes[span.attributes.indices]
        .filter { batch.text($0.key) == key }.map { batch.text($0.range) }
    }
  }

  private func plan(_ keys: String..., seed: UInt64 = 1) -> CopyPlan {
    CopyPlan(seed: seed, freshKeys: keys.map { Array($0.utf8) })
  }

  @Test func equalValuesBecomeEqualOnesInACopyAndOthersInAnother() {
    // In two batches, and in another order.
    let source = [
      batch(["10000001", "10000002", "10000001"]), batch(["10000002", "10000003", "10000001"]),
    ]
    var seen: Set<String> = []
    let copies = plan("order.id").copies(of: source, times: 30)
    for number in 0..<30 {
      let (first, second) = (values(copies[2 * number]), values(copies[2 * number + 1]))
      #expect(first[0] == first[2] && first[0] == second[2] && first[1] == second[0])
      seen.formUnion(first + second)
    }
    // Three of each copy, all different.
    #expect(seen.count == 90)
    #expect(seen.allSatisfy { $0.count == 8 && $0.allSatisfy(\.isNumber) })
  }

  @Test func otherKeysAndResourcesStay() {
    let source = batch(["10000001", "10000002"])
    for copy in plan("order.id").copies(of: [source], times: 3) {
      #expect(values(copy, key: "other") == ["10000001", "10000002"])
      let resource = copy.attributes[Int(copy.resources[0].attributes.first)]
      #expect(copy.text(resource.range) == "10000001")
    }
  }

  @Test func valuesOfEventsAreThoseOfSpans() {
    var source = batch(["10000001"])
    var event = EventRecord()
    event.attributes = source.attributes([("order.id", "10000001"), ("other", "10000001")])
    source.events = [event]
    source.spans[0].events = RecordRange(0, 1)
    let copy = plan("order.id").copies(of: [source], times: 2)[1]
    let found = copy.attributes[copy.events[0].attributes.indices].map { copy.text($0.range) }
    #expect(found == [values(copy)[0], "10000001"])
    #expect(found[0] != "10000001")
  }

  @Test func keysShareTheirValues() {
    let source = [batch(["10000001"], key: "order.id"), batch(["10000001"], key: "order")]
    let copies = plan("order.id", "order").copies(of: source, times: 1)
    #expect(values(copies[0], key: "order.id") == values(copies[1], key: "order"))
  }

  /// Digits as 0, hexadecimal ones as x, letters as a and A, all else as it is.
  @Test(arguments: [
    ("2f1c9a", "xxxxxx"),
    ("550e8400-e29b-41d4-a716-446655440000", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
    ("ORD/77-ab", "AAA/00-aa"), ("pay_00ff", "aaa_xxxx"), ("Zoë 12", "Aaë 00"), ("face", "aaaa"),
    ("", ""), ("--", "--"), ("7", "0"), ("2F1C", "0A0A"),
  ])
  func textsKeepTheirForm(text: String, form: String) {
    for copy in plan("order.id").copies(of: [batch([text])], times: 5) {
      let value = values(copy)[0]
      #expect(value.utf8.count == text.utf8.count)
      for (character, sign) in zip(value, form) {
        switch sign {
        case "0": #expect("0123456789".contains(character))
        case "x": #expect("0123456789abcdef".contains(character))
        case "a": #expect(("a"..."z").contains(character))
        case "A": #expect(("A"..."Z").contains(character))
        default: #expect(character == sign)
        }
      }
    }
  }

  @Test func whatAllValuesBeginWithStaysWhereTheRestSaysEnough() {
    let long = plan("order.id").copies(of: [batch(["pay_00ff00ff01", "pay_abcd123456"])], times: 2)
    #expect(values(long[1]).allSatisfy { $0.hasPrefix("pay_") })
    // Two digits are too few for the orders of many copies.
    let short = plan("order.id").copies(of: [batch(["order-01", "order-02"])], times: 50)
    #expect(Set(short.flatMap { values($0) }).count == 100)
  }

  @Test(
    arguments: [
      0, 7, -7, 42, -1_234, 1_000_000_007, 999_999_999_999_999_999, .max, .min,
    ] as [Int64])
  func integersKeepTheirNumberOfDigits(number: Int64) {
    var source = batch(["a"])
    let first = source.attributes.count
    source.attributes.append(
      AttributeRecord(
        key: source.append("order.id"), kind: .int, bits: UInt64(bitPattern: number)))
    source.spans[0].attributes = RecordRange(first, 1)
    var seen: Set<Int64> = []
    for copy in plan("order.id").copies(of: [source], times: 6) {
      let value = Int64(bitPattern: copy.attributes[first].bits)
      #expect(String(value).utf8.count == String(number).utf8.count)
      #expect((value < 0) == (number < 0))
      seen.insert(value)
    }
    #expect(seen.count == 6)
  }

  @Test func otherKindsOfValuesStay() {
    let source = smallTraces()
    let copy = plan("ratio", "ok", "none").copies(of: [source], times: 2)[1]
    #expect(copy.attributes.map(\.bits) == source.attributes.map(\.bits))
  }

  @Test func anotherSeedMakesOtherValues() {
    let source = [batch(["10000001", "2f1c9a0b"])]
    let one = plan("order.id", seed: 1).copies(of: source, times: 1).map { values($0) }
    #expect(one == plan("order.id", seed: 1).copies(of: source, times: 1).map { values($0) })
    #expect(one != plan("order.id", seed: 2).copies(of: source, times: 1).map { values($0) })
  }

  @Test(arguments: [1, 2, 3, 10, 100, 257, 1000] as [UInt64])
  func aPermutationReachesEachNumberOnce(limit: UInt64) {
    let permutation = NumberPermutation(limit: limit, key: 5)
    #expect(Set((0..<limit).map { permutation.apply(to: $0) }) == Set(0..<limit))
    #expect(permutation.apply(to: limit + 1) == permutation.apply(to: (limit + 1) % limit))
  }
}
