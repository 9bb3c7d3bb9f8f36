import Testing

@testable import bhtpack

@Suite struct CompletionTests {
  private func answers(_ words: String...) -> [String] {
    Completion.page(for: words).split(separator: "\n").map(String.init)
  }

  @Test(arguments: Command.all.map(\.name))
  func everyOptionIsOffered(_ name: String) throws {
    let command = try Command.named(name)
    let offered = answers(name, "--").map { $0.prefix { $0 != "\t" } }
    for flag in command.flags { #expect(offered.contains("--\(flag.long)")) }
    #expect(offered.contains("--help"))
  }

  @Test(arguments: Command.all.map(\.name))
  func whatStandsFirstIsKnown(_ name: String) throws {
    let command = try Command.named(name)
    if command.operands.isEmpty { return }
    let first = command.candidates(after: 0)
    #expect(first.count == 1)
    #expect(!first.contains(.unknown))
  }

  @Test(arguments: Flag.all.map(\.long))
  func wordsThatAreOfferedAreTaken(_ name: String) throws {
    let flag = try #require(Flag.named(name))
    guard flag.value != nil, case .words(let words) = flag.candidates else { return }
    #expect(!words.isEmpty)
    for word in words where !word.text.hasSuffix("=") {
      var options = Options()
      #expect(throws: Never.self) { try flag.apply(&options, word.text) }
    }
  }

  @Test func valuesOfLettersAreWaitedFor() {
    #expect(answers("list", "-qn", "").isEmpty)
    #expect(answers("critical-path", "-m", "") == ["blocking", "longest-child", "jaeger"])
    #expect(answers("critical-path", "-qm", "l") == ["longest-child"])
    #expect(answers("critical-path", "-mjaeger", "") == ["\tarchives"])
  }

  @Test func idsFollowArchives() {
    #expect(answers("trace", "") == ["\tarchives"])
    #expect(answers("trace", "--format", "jsonl", "--", "") == ["\tarchives"])
    #expect(answers("list", "a", "b", "") == ["\tarchives"])
  }

  @Test func mistakesHaveNoAnswer() {
    #expect(answers("frobnicate", "").isEmpty)
    #expect(answers("inspect", "a", "").isEmpty)
    #expect(answers("list", "--limit", "").isEmpty)
    #expect(answers("-").map { $0.prefix { $0 != "\t" } } == ["--help", "--version"])
  }
}
