import Testing

@testable import BHTSearch
@testable import BHTrace

/// The rules of the language, each by a query over a few spans: what has to come out, whoever
/// evaluates it.
enum RulesByExample {
  /// Trace 1: a root `a` with the children `b` (which has `c` and `d`) and `e`. Trace 2: `k` below
  /// `j`, whose parent was lost, beside the root `i`.
  static let spans: [MadeSpan] = [
    MadeSpan(
      name: "a", service: "front", kind: 2, start: 1000, duration: 100,
      attributes: ["n": 1, "mixed": 1, "flag": true, "list": ["x", "y"]]),
    MadeSpan(
      name: "b", parent: "a", service: "front", kind: 3, start: 1010, duration: 50,
      attributes: ["n": 2, "mixed": "1", "flag": false, "zone": "own"],
      events: [("retry", ["count": 1]), ("exception", ["type": "A", "count": 2])]),
    MadeSpan(
      name: "c", parent: "b", service: "back", kind: 2, status: 2, start: 1020, duration: 20,
      attributes: ["n": 2.5, "list": ["y"]], events: [("exception", ["type": "B"])]),
    MadeSpan(
      name: "d", parent: "b", service: "back", start: 1030, duration: 10,
      attributes: ["n": 1, "text": "line\nend"], links: [["to": 1], ["to": 2]]),
    MadeSpan(name: "e", parent: "a", service: "back", status: 1, start: 1080, duration: -5),
    MadeSpan(name: "i", trace: 2, service: "front", start: 2000, duration: 10),
    MadeSpan(name: "j", parent: "x", trace: 2, service: "back", start: 2001, duration: 5),
    MadeSpan(name: "k", parent: "j", trace: 2, service: "back", start: 2002, duration: 1),
  ]

  /// Queries, and the names of the spans of each set of spans that they leave.
  static let cases: [(query: String, found: [String])] = [
    ("{ }", ["abcde", "ijk"]),
    // Names.
    ("{ .n }", []), ("{ .flag }", ["a"]), ("{ .zone = \"own\" }", ["b"]),
    ("{ .zone = \"z\" }", ["acde", "ijk"]), ("{ resource.zone = \"z\" }", ["abcde", "ijk"]),
    ("{ parent.n = 2 }", ["cd"]), ("{ parent.resource.service.name = \"back\" }", ["k"]),
    ("{ trace:id = \"0101010101010101\" && name = \"a\" }", ["a"]),
    ("{ span:parentID = \"\" }", ["a", "i"]), ("{ span:childCount = 2 }", ["ab"]),
    ("{ rootName = \"a\" && .n = 1 }", ["ad"]),
    ("{ rootServiceName = \"front\" && name > \"i\" }", ["jk"]),
    ("{ traceDuration = 100ms && kind = server }", ["ac"]), ("{ duration = 0s }", ["e"]),
    // Comparisons.
    ("{ .n = 1.0 }", ["ad"]), ("{ .n > 1 }", ["bc"]), ("{ 1 < .n }", ["bc"]),
    ("{ .n != 1 }", ["bc"]), ("{ .n !=? 1 }", ["bce", "ijk"]), ("{ .mixed = 1 }", ["a"]),
    ("{ .mixed != 2 }", ["a"]), ("{ .mixed != \"2\" }", ["b"]), ("{ .n = nil }", ["e", "ijk"]),
    ("{ nil != .n }", ["abcd"]), ("{ !(.n = 1) }", ["bce", "ijk"]), ("{ !.flag }", ["b"]),
    ("{ -.n = -2 }", ["b"]), ("{ .list = \"x\" }", ["a"]), ("{ .list != \"x\" }", ["c"]),
    ("{ .list =~ \"[xz]\" }", ["a"]), ("{ .list !~ \"[xz]\" }", ["c"]),
    ("{ .text =~ \"line.end\" }", ["d"]), ("{ .text =~ \"line\" }", []),
    ("{ status = error || status = ok }", ["ce"]), ("{ true || false && false }", []),
    ("{ .n ^ 3 = 8 }", ["b"]), ("{ .n / 0 = 1 }", []), ("{ duration > 50000000 }", ["a"]),
    ("{ nil = nil }", []), ("{ .n + 1 = 2 }", ["ad"]),
    // Events and links.
    ("{ event:name = \"exception\" }", ["bc"]),
    ("{ event:name = \"exception\" && event.count = 1 }", []),
    ("{ event:name = \"exception\" && event.count = 2 }", ["b"]),
    ("{ event:name = \"retry\" && event:name = \"exception\" }", []),
    ("{ event.type = nil }", ["ade", "ijk"]), ("{ event:name = nil }", ["ade", "ijk"]),
    ("{ event.type != \"A\" }", ["c"]), ("{ event:timeSinceStart = 1ms }", ["bc"]),
    ("{ link.to = 2 }", ["d"]), ("{ link:spanID = \"0909090909090909\" }", ["d"]),
    // Spansets.
    ("{ name = \"a\" } > { }", ["be"]), ("{ } < { name = \"c\" }", []),
    ("{ name = \"c\" } < { }", ["b"]), ("{ name = \"a\" } >> { }", ["bcde"]),
    ("{ name = \"d\" } << { }", ["ab"]), ("{ name = \"c\" } ~ { }", ["d"]),
    ("{ name = \"a\" } !> { }", ["acd", "ijk"]), ("{ name = \"b\" } !>> { }", ["abe", "ijk"]),
    ("{ name = \"c\" } !~ { }", ["abce", "ijk"]), ("{ name = \"a\" } &> { status = ok }", ["ae"]),
    ("{ kind = server } &>> { name = \"d\" }", ["ad"]),
    ("{ name = \"j\" } > { }", ["k"]), ("{ name = \"i\" } ~ { name = \"j\" }", ["j"]),
    ("{ name = \"c\" } && { name = \"e\" }", ["ce"]), ("{ name = \"c\" } && { name = \"i\" }", []),
    ("{ name = \"c\" } || { name = \"i\" }", ["c", "i"]),
    ("!{ status = error }", ["ijk"]), ("{ name =~ \"[ai]\" } && !{ status = error }", ["i"]),
    ("{ name = \"a\" } || !{ status = error }", ["a", "ijk"]),
    ("!({ name = \"a\" } && { name = \"i\" })", ["abcde", "ijk"]),
    // Pipelines.
    ("{ .n != nil } | by(.n)", ["ad", "b", "c"]),
    ("{ } | by(.n) | { duration > 10ms }", ["a", "b", "c"]),
    ("{ } | by(resource.service.name) | count() > 2", ["cde"]),
    ("{ } | by(.n) | coalesce()", ["abcde", "ijk"]), ("{ } | select(.n)", ["abcde", "ijk"]),
    ("by(name = \"a\") | count() = 1", ["a"]),
    ("{ } | by(.flag) | by(kind) | count() > 1", ["de", "ijk"]),
    ("({ } | by(.n)) > { name = \"b\" }", ["b"]),
    // Numbers of sets.
    ("{ } | count() > 3", ["abcde"]), ("3 < count()", ["abcde"]),
    ("{ } | avg(duration) = 36ms", ["abcde"]), ("{ } | max(.n) = 2.5", ["abcde"]),
    ("{ } | sum(.n) = 4", ["abcde"]), ("{ } | min(.n) >= 1", ["abcde"]),
    ("{ } | max(duration) - min(duration) >= 99ms", ["abcde"]),
    ("{ } | count() + count() = 6", ["ijk"]), ("{ } | max(event.count) = 1", ["abcde"]),
    ("({ kind = server } | count()) > ({ status = ok } | count())", ["abcde"]),
    ("({ status = ok } | count()) = 0", ["ijk"]),
    ("({ } | count() > 3) && ({ name = \"c\" })", ["abcde"]),
  ]
}

@Suite struct RulesByExampleTests {
  @Test func theReferenceKeepsTheRules() throws {
    let traces = try ReferenceTrace.traces(of: [MadeSpan.batch(RulesByExample.spans)])
    for (text, expected) in RulesByExample.cases {
      let query = try Query(text)
      guard case .spansets(let stages) = query.body else { continue }
      let found = traces.flatMap { trace in
        ReferencePipeline(trace: trace).run(stages).map { set in
          set.spans.map { String(decoding: trace.spans[$0].name, as: UTF8.self) }.sorted().joined()
        }
      }
      #expect(found.sorted() == expected, "\(text)")
    }
  }

  /// With Tempo's rules orphans and what is below them have no structure.
  @Test(arguments: [
    ("{ name = \"j\" } > { }", [] as [String]), ("{ name = \"i\" } ~ { name = \"j\" }", []),
    ("{ nestedSetParent = 0 }", ["jk"]), ("{ .n ^ 3 = 9 }", ["b"]),
    ("{ name = \"i\" } !>> { }", ["abcde", "ijk"]),
  ])
  func tempoTakesOrphansForNothing(query: String, expected: [String]) throws {
    let traces = try ReferenceTrace.traces(of: [MadeSpan.batch(RulesByExample.spans)], .tempo)
    guard case .spansets(let stages) = try Query(query).body else { return }
    let found = traces.flatMap { trace in
      ReferencePipeline(trace: trace).run(stages).map { set in
        set.spans.map { String(decoding: trace.spans[$0].name, as: UTF8.self) }.sorted().joined()
      }
    }
    #expect(found.sorted() == expected)
  }
}
