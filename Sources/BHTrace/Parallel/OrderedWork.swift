internal import Dispatch
internal import Synchronization

/// Work on jobs that come one after the other, by several threads, its results in the order of the
/// jobs: the same at any number of threads.
///
/// Jobs are made and results taken by the calling thread; it works too while it would wait. A few
/// jobs more than there are threads are under way at most.
final class OrderedWork<Job: Sendable, Output: Sendable>: Sendable {
  private struct Progress {
    /// Jobs nobody has begun, with their numbers.
    var waiting: [(number: Int, job: Job)] = []
    /// Results nobody has taken, by the numbers of their jobs.
    var done: [Int: Result<Output, any Error>] = [:]
    /// Threads that were started or are to start.
    var helpers = 0
    /// Threads that are running.
    var running = 0
    var isOver = false
  }

  private let progress = Mutex(Progress())
  /// Signalled for each job that waits.
  private let jobs = DispatchSemaphore(value: 0)
  /// Signalled for each result, and when a thread ends.
  private let results = DispatchSemaphore(value: 0)

  private init() {}

  /// Hands `body` what `work` makes of the jobs that `next` gives, nil for no more. Each thread makes
  /// one `State`. Rethrows the first error in the order of the jobs.
  static func run<State: ~Copyable>(
    threads: Int, next: () throws -> Job?, state: @escaping @Sendable () -> State,
    work: @escaping @Sendable (Job, inout State) throws -> Output,
    body: (Output) throws -> Void
  ) throws {
    var own = state()
    if threads <= 1 || !Parallel.canStartThreads {
      while let job = try next() { try body(work(job, &own)) }
      return
    }
    let shared = OrderedWork<Job, Output>()
    defer { shared.end() }
    var (given, taken) = (0, 0)
    var failure: (any Error)?
    var isLast = false
    while true {
      while !isLast && given < taken + threads + 2 {
        do {
          if let job = try next() {
            shared.add(given, job, helpers: threads - 1, state: state, work: work)
            given += 1
          } else {
            isLast = true
          }
        } catch {
          // What came before is handed out first.
          failure = error
          isLast = true
        }
      }
      if taken == given { break }
      if let result = shared.take(taken) {
        taken += 1
        try body(result.get())
      } else if let (number, job) = shared.begin() {
        shared.finish(number, Result { try work(job, &own) })
      } else {
        shared.results.wait()
      }
    }
    if let failure { throw failure }
  }

  private func add<State: ~Copyable>(
    _ number: Int, _ job: Job, helpers: Int, state: @escaping @Sendable () -> State,
    work: @escaping @Sendable (Job, inout State) throws -> Output
  ) {
    let isShort = progress.withLock { progress in
      progress.waiting.append((number, job))
      // The caller takes one job itself.
      guard progress.waiting.count > 1, progress.helpers < helpers else { return false }
      progress.helpers += 1
      return true
    }
    jobs.signal()
    if isShort { DispatchQueue.global().async { self.help(state, work) } }
  }

  private func help<State: ~Copyable>(
    _ state: () -> State, _ work: (Job, inout State) throws -> Output
  ) {
    let isLate = progress.withLock { progress in
      if progress.isOver { return true }
      progress.running += 1
      return false
    }
    // The system may start a thread when all is done.
    if isLate { return }
    var own = state()
    while true {
      jobs.wait()
      if let (number, job) = begin() {
        finish(number, Result { try work(job, &own) })
      } else if progress.withLock({ $0.isOver }) {
        break
      }
    }
    progress.withLock { $0.running -= 1 }
    results.signal()
  }

  /// The next job nobody has begun.
  private func begin() -> (number: Int, job: Job)? {
    progress.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
  }

  private func finish(_ number: Int, _ result: sending Result<Output, any Error>) {
    progress.withLock { $0.done[number] = result }
    results.signal()
  }

  private func take(_ number: Int) -> Result<Output, any Error>? {
    progress.withLock { $0.done.removeValue(forKey: number) }
  }

  /// Drops the jobs that wait, and waits until no thread works any more.
  private func end() {
    let helpers = progress.withLock { progress in
      progress.isOver = true
      progress.waiting.removeAll()
      return progress.helpers
    }
    for _ in 0..<helpers { jobs.signal() }
    while progress.withLock({ $0.running > 0 }) { results.wait() }
  }
}
