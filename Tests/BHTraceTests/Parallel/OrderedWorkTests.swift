import Testing

@testable import BHTrace

struct OrderedWorkTests {
  private struct Failure: Error, Equatable {
    var number: Int
  }

  /// Squares of the numbers below `count`; the job `failing` and the next job after `ending` fail.
  private func run(
    _ count: Int, threads: Int, failing: Int = -1, ending: Int = -1, stopping: Int = -1
  ) -> (results: [Int], error: Failure?) {
    var (given, results) = (0, [Int]())
    do {
      try OrderedWork<Int, Int>.run(
        threads: threads,
        next: {
          if given == ending { throw Failure(number: -1) }
          defer { given += 1 }
          return given < count ? given : nil
        }, state: { 0 },
        work: { job, state in
          state += 1
          if job == failing { throw Failure(number: job) }
          return job * job
        },
        body: {
          if results.count == stopping { throw Failure(number: -2) }
          results.append($0)
        })
      return (results, nil)
    } catch {
      return (results, error as? Failure)
    }
  }

  @Test(arguments: [1, 2, 4, 16])
  func resultsComeInTheOrderOfTheJobs(threads: Int) {
    for count in [0, 1, 2, 3, 500] {
      let (results, error) = run(count, threads: threads)
      #expect(results == (0..<count).map { $0 * $0 })
      #expect(error == nil)
    }
  }

  @Test(arguments: [1, 2, 4])
  func errorsComeAfterTheResultsBeforeThem(threads: Int) {
    let work = run(100, threads: threads, failing: 40)
    #expect(work.results.count == 40)
    #expect(work.error == Failure(number: 40))
    let jobs = run(100, threads: threads, ending: 70)
    #expect(jobs.results.count == 70)
    #expect(jobs.error == Failure(number: -1))
    let body = run(100, threads: threads, stopping: 10)
    #expect(body.results.count == 10)
    #expect(body.error == Failure(number: -2))
  }
}
