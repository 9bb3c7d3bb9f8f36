internal import Dispatch
internal import Glibc
internal import Synchronization

/// Work on several cores whose results come in order.
package enum Parallel {
  /// Whether threads can be started: the system's thread pool takes a few file descriptors when it
  /// first does, and ends the process where there are none. Looked at once; with none to spare all
  /// work is done by the calling thread, with the same results.
  static let canStartThreads: Bool = {
    let opened = (0..<8).map { _ in unsafe open("/", O_RDONLY | O_CLOEXEC) }
    for number in opened where number >= 0 { close(number) }
    return !opened.contains(-1)
  }()

  /// The results of `work` for 0..<count, in order. Each of `threads` workers makes one `State` (a
  /// compression context, say) and takes the next index when it is done with one.
  package static func map<State: ~Copyable, Result: Sendable>(
    _ count: Int, threads: Int, state: @autoclosure @Sendable () -> State,
    _ work: @Sendable (Int, inout State) -> Result
  ) -> [Result] {
    let workers = canStartThreads ? max(1, min(threads, count)) : 1
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
