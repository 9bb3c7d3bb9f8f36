import BHTView
import BHTrace
import Testing

@testable import bhtpack

@Suite struct FlagTableTests {
  @Test func namesAreNotUsedTwice() {
    #expect(Set(Flag.all.map(\.name)).count == Flag.all.count)
    for command in Command.all {
      #expect(Set(command.flags.map(\.long)).count == command.flags.count)
      let letters = command.flags.compactMap(\.short)
      #expect(Set(letters).count == letters.count)
    }
    let letters = Flag.all.filter { $0.variant == nil }.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
    #expect(!Flag.all.contains { ["help", "version"].contains($0.long) })
    #expect(!letters.contains("h") && !letters.contains("V"))
  }

  @Test(arguments: Flag.all.map(\.name))
  func everyFlagIsExplained(_ name: String) throws {
    let flag = try #require(Flag.named(name))
    #expect(!flag.summary.isEmpty && !flag.summary.hasSuffix("."))
    #expect(flag.summary.count <= 60)
    #expect(flag.details.hasSuffix("."))
    #expect(flag.details.count > flag.summary.count)
  }

  @Test func everyFlagBelongsToACommand() {
    let used = Set(Command.all.flatMap { $0.flags.map(\.name) })
    #expect(used == Set(Flag.all.map(\.name)))
  }

  @Test(arguments: Command.all.map(\.name))
  func everyCommandIsExplained(_ name: String) throws {
    let command = try #require(Command.all.first { $0.name == name })
    #expect(!command.examples.isEmpty)
    #expect(command.examples.allSatisfy { $0.hasPrefix(name + " ") })
    #expect(command.flags.count == command.ownFlags.count + Flag.common.count)
    #expect(!command.details.isEmpty && !command.summary.hasSuffix("."))
    let page = Help(style: .plain, inFull: true).page(of: command)
    #expect(page.hasPrefix("Examples:\n  bhtpack \(name) "))
    for flag in command.flags { #expect(page.contains("--\(flag.long)")) }
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func commandNamesAreNotUsedTwice() {
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
  }
}

@Suite struct ArgumentsTests {
  private func options(_ arguments: String...) throws -> Options {
    guard case .command(_, let options) = try CommandLineArguments(arguments) else {
      throw UsageError("no command")
    }
    return options
  }

  private func mistake(_ arguments: String...) -> String {
    do throws(UsageError) {
      _ = try CommandLineArguments(arguments)
      return ""
    } catch {
      return error.message
    }
  }

  @Test func valuesFollowOrAreGluedOn() throws {
    for form in [["--limit", "7"], ["--limit=7"], ["-n", "7"], ["-n7"]] {
      guard case .command(_, let options) = try CommandLineArguments(["list", "a"] + form) else {
        Issue.record("no command in \(form)")
        continue
      }
      #expect(options.list.limit == 7)
      #expect(options.operands == ["a"])
    }
  }

  @Test func lettersWithoutValuesStandTogether() throws {
    let typed = try options("list", "-jqen", "3", "a")
    #expect(typed.json && typed.quiet && typed.list.errorsOnly)
    #expect(typed.list.limit == 3)
  }

  @Test func twoDashesEndTheOptions() throws {
    #expect(try options("list", "--", "--json").operands == ["--json"])
    #expect(try options("list", "-").operands == ["-"])
  }

  @Test func repeatedValuesAddUpOrAreRefused() throws {
    #expect(mistake("list", "a", "-n1", "-n2").contains("-n is given twice, as '1' and as '2'"))
    #expect(mistake("list", "a", "--limit", "1", "-n", "1").contains("-n is given twice"))
    #expect(mistake("list", "a", "--since=1", "--since=2").contains("--since is given twice"))
    let typed = try options("list", "a", "-s", "b", "--service=c", "-e", "--errors")
    #expect(typed.list.services == [Array("b".utf8), Array("c".utf8)])
    #expect(typed.list.errorsOnly)
  }

  @Test(arguments: Flag.all.filter { $0.value != nil && !$0.addsUp }.map(\.name))
  func noFlagTakesTheLastOfTwoValues(_ name: String) throws {
    let flag = try #require(Flag.named(name))
    let command = try #require(Command.all.first { $0.flags.contains { $0.name == name } })
    let values = [
      "100", "1s", "auto", "table", "jsonl", "start", "blocking", "bht", "none", "1G", "ms", "4096",
    ]
    let accepted = values.first { value in
      var options = Options()
      return (try? flag.apply(&options, value)) != nil
    }
    let value = try #require(accepted)
    let told = mistake(command.name, "a", "--\(flag.long)", value, "--\(flag.long)", value)
    #expect(told.contains("is given twice"))
  }

  @Test func comparedSidesAreTakenApart() throws {
    func sides(_ arguments: String...) throws -> ComparedSides {
      guard case .command(_, let options) = try CommandLineArguments(["compare"] + arguments) else {
        throw UsageError("no command")
      }
      return try ComparedSides(options)
    }
    let two = try sides("a.bht", "b.bht")
    #expect(two.first.archives == ["a.bht"] && two.second.archives == ["b.bht"])
    #expect(two.traceIDs == nil)
    let several = try sides("a", "b", "--with", "c", "d")
    #expect(several.first.archives == ["a", "b"] && several.second.archives == ["c", "d"])
    let traces = try sides("a.bht", "4bf9", "b.bht", "80fe")
    #expect(traces.second.archives == ["b.bht"])
    #expect(traces.traceIDs == ComparedSides.TraceIDs(first: "4bf9", second: "80fe"))
    let same = try sides("a.bht", "4bf9", "80fe")
    #expect(same.first == same.second && same.traceIDs?.second == "80fe")
    for wrong in [["a.bht"], ["a.bht", "b.bht", "c.bht"], ["a.bht", "4bf9", "80fe", "c.bht"]] {
      #expect(throws: UsageError.self) {
        guard case .command(_, let options) = try CommandLineArguments(["compare"] + wrong) else {
          return
        }
        _ = try ComparedSides(options)
      }
    }
  }

  @Test func aValueMayLookLikeAnOption() throws {
    #expect(try options("list", "a", "--service", "--x").list.services == [Array("--x".utf8)])
    #expect(try options("list", "a", "--service=").list.services == [[]])
  }

  @Test func helpComesBeforeMissingOperands() throws {
    guard case .help(let command, inFull: true) = try CommandLineArguments(["summary", "--help"])
    else {
      Issue.record("no help")
      return
    }
    #expect(command?.name == "summary")
  }

  @Test func closedListsOfWordsAreChecked() throws {
    #expect(try options("critical-path", "a", "--method", "longest-child").method == .longestChild)
    #expect(try options("list", "a", "--sort", "spans").list.sort == .spans)
    #expect(
      mistake("critical-path", "a", "--method", "best")
        == "--method is blocking, longest-child or jaeger, not 'best'")
  }

  @Test func mistakesNameTheNearestSpelling() {
    #expect(mistake("sumary", "a").contains("did you mean 'summary'"))
    #expect(mistake("critical", "a").contains("did you mean 'critical-path'"))
    #expect(mistake("list", "a", "--limti", "3").contains("did you mean '--limit'"))
    #expect(mistake("list", "a", "--nothing-like-it").contains("unknown option"))
    #expect(!mistake("list", "a", "--nothing-like-it").contains("did you mean"))
    #expect(mistake("frobnicate").hasPrefix("unknown command 'frobnicate';"))
  }

  @Test func anotherCommandsOptionIsNamedAsSuch() {
    #expect(mistake("summary", "a", "--errors").contains("belongs to `list`"))
  }

  @Test func operandsAreCounted() {
    #expect(mistake("subtree", "a").contains("wants SPAN"))
    #expect(mistake("inspect", "a", "b").contains("'b' as well"))
    #expect(mistake("list", "a", "--json=yes").contains("takes no value"))
    #expect(mistake("list", "a", "--limit").contains("wants N after it"))
  }
}
