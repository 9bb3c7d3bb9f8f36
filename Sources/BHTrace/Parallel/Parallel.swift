internal import Dispatch
internal import Synchronization

/// Work on several cores whose results come in order.
package enum Parallel {
  /// The results of `work` for 0..<count, in order. Each of `threads` workers makes one `State` (a
  /// compression context, say) and takes the next index when it is done with one.
  package static func map<State: ~Copyable, Result: Sendable>(
    _ count: Int, threads: Int, state: @autoclosure @Sendable () -> State,
    _ work: @Sendable (Int, inout State) -> Result
  ) -> [Result] {
    let workers = max(1, min(threads, count))
    if workers == 1 {
      var own = state()
      return (0..<count).map { work($0, &own) }
    }
    let next = Atomic(0)
    let results = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var own = state()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        let result = work(index, &own)
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
