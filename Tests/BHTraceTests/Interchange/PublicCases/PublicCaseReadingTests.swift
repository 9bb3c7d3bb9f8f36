import Testing

@testable import BHTrace

/// The critical paths of cases in which who is whose parent has to be inferred.
struct PublicCaseReadingTests {
  /// The path's sections, in milliseconds.
  private func path(_ name: String, _ file: String = "input.json") throws -> [String] {
    let trace = NamedTree(try PublicCase.read(name, file).batch)
    return trace.path().sections.map {
      let operation = trace.names.operations[Int(trace.tree.operations[$0.position])].name
      return "\(String(decoding: operation, as: UTF8.self)) \(($0.end - $0.start) / 1_000_000)"
    }
  }

  @Test func aRootWithAParentOfZerosCanBeTheMainOne() throws {
    #expect(
      try path("16-all-zero-parent", "input-two-roots.json") == ["root 1", "op 2 2", "root 6"])
  }

  @Test func aChildHangsUnderTheAttemptThatEnclosesIt() throws {
    #expect(
      try path("29-same-id-two-attempts") == [
        "handler 10", "GET 73", "handler 7", "GET 10", "serve 80", "GET 10", "handler 10",
      ])
    let marks = NamedTree(try PublicCase.read("29-same-id-two-attempts").batch).tree.marks
    #expect(marks.filter { $0.contains(.duplicate) }.count == 1)
  }

  @Test func aLinkStandsForTheParent() throws {
    #expect(
      try path("31-parent-only-in-link") == ["bbb 1", "aaa 1", "ccc 4", "aaa 1", "bbb 2"])
    let marks = NamedTree(try PublicCase.read("31-parent-only-in-link").batch).tree.marks
    #expect(marks.filter { $0.contains(.linkedParent) }.count == 2)
  }

  @Test func childrenAtTheSameTimeCountOnce() throws {
    let path = try path("46-parallel-children")
    #expect(path.first == "main 2000")
    #expect(path.count == 3)
    #expect(path[1].hasPrefix("worker ") && path[1].hasSuffix(" 6000"))
    #expect(path.last == "main 2000")
  }
}
