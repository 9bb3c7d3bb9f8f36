import BHTrace

/// What happens in one generated checkout request: who calls whom, when, and what fails.
struct CheckoutPlan: Sendable {
  /// One span.
  struct Step: Sendable {
    /// Position of the parent in `steps`, always a smaller one; -1 for the root.
    var parent: Int
    /// Index into `CheckoutPlan.services`.
    var service: Int
    /// What the service does.
    var operation: StaticString
    /// From the start of the trace, in microseconds.
    var start: Int
    /// In microseconds, 1 or more.
    var duration: Int
    /// Whether it ends in an error.
    var isFailed: Bool
    fileprivate var depth: Int
  }

  /// The spans in pre-order, the root first.
  private(set) var steps: [Step] = []

  /// Who takes part.
  static let services: [StaticString] = [
    "gateway", "auth", "cache", "orders", "payments", "inventory", "users", "email", "search", "db",
  ]
  /// The service that speaks SQL.
  static let database = 9

  private static let operations: [StaticString] = [
    "authorize", "call", "charge", "enqueue", "fetch", "handle", "lookup", "query", "read",
    "render", "validate", "write",
  ]
  /// By depth of the parent: how many children a span has.
  private static let fanOut = [4...4, 2...4, 2...4, 2...4, 0...2]

  /// Draws a request of about 270 spans.
  init(_ random: inout SplitMix64) {
    var waiting = [
      Step(
        parent: -1, service: 0, operation: "POST /checkout", start: 0,
        duration: random.within(300_000...600_000), isFailed: false, depth: 0)
    ]
    while let step = waiting.popLast() {
      let position = steps.count
      steps.append(step)
      if step.depth < Self.fanOut.count {
        let children = Self.children(of: step, at: position, &random)
        waiting.append(contentsOf: children.reversed())
      }
    }
  }

  /// Children take turns in their parent's time; one in five lasts into its siblings' turns.
  private static func children(
    of parent: Step, at position: Int, _ random: inout SplitMix64
  ) -> [Step] {
    let count = random.within(fanOut[parent.depth])
    let lead = parent.duration / 20
    return (0..<count).map { number in
      let turn = (parent.duration - 2 * lead) / count
      var start = lead + number * turn
      var duration = turn * random.within(20...95) / 100
      start += (turn - duration) * random.within(0...100) / 100
      if random.below(5) == 0 {
        duration = (parent.duration - lead - start) * random.within(30...100) / 100
      }
      return Step(
        parent: position, service: random.below(services.count),
        operation: random.pick(operations), start: parent.start + start,
        duration: max(1, duration), isFailed: random.below(16) == 0, depth: parent.depth + 1)
    }
  }
}
