import Testing

@testable import BHTrace

struct PromiseTests {
  @Test func everyoneWhoWaitsHasTheValue() {
    let promise = Promise<Int>()
    // Whoever is handed 0 keeps it: others may be waiting already.
    let found = Parallel.map(4, threads: 4, state: 0) { index, _ in
      if index == 0 { promise.keep(7) }
      return promise.value
    }
    #expect(found == [7, 7, 7, 7])
    #expect(promise.value == 7)
  }

  @Test func whatIsKeptStays() {
    let promise = Promise<Int>()
    promise.keep(1)
    promise.keep(2)
    #expect(promise.value == 1)
  }
}
