import BHTrace
import Glibc

/// The command `bhtpack`: maps what was typed to a command, and how it went to an exit code.
@main
struct BHTPack {
  static func main() {
    installSignalHandlers()
    let code = run(Array(CommandLine.arguments.dropFirst()))
    exit(code.rawValue)
  }

  /// Runs the command line `arguments` (without the program's name) on the process's streams.
  static func run(_ arguments: [String]) -> ExitCode {
    var output: Output?
    do {
      let opened = try Output()
      output = opened
      let code = try perform(CommandLineArguments(arguments), opened)
      try opened.finish()
      return code
    } catch let error as StorageError where error.isBrokenPipe {
      // Whoever reads our output has seen enough: `bhtpack full … | head`, or quit the pager.
      try? output?.finish()
      return .done
    } catch {
      if let output { output.fail(error) } else { Output.fail(error) }
      return .error
    }
  }

  private static func perform(
    _ arguments: CommandLineArguments, _ output: Output
  ) throws -> ExitCode {
    switch arguments {
    case .help(let command, let inFull):
      try output.write(Help(style: output.style, inFull: inFull).page(of: command))
      return .done
    case .version(let options):
      if options.json {
        try output.object(stats: { output.stats }, Versions.write)
      } else {
        try output.write(Versions.page)
      }
      return .done
    case .complete(let words):
      try output.write(Completion.page(for: words))
      return .done
    case .command(let command, let options):
      output.apply(options, isPaged: command.isPaged)
      try RemoteLocations.refuse(in: options, of: command)
      return try command.run(options, output)
    }
  }
}

/// How a command line went, as the process's exit code.
enum ExitCode: Int32, Comparable {
  /// Done, and something found.
  case done = 0
  /// A negative answer: nothing found, a difference, damage.
  case negative = 1
  /// An error: a mistyped command line, a file that cannot be read.
  case error = 2
  /// Done in part: some inputs could not be read, or some of what was asked for was not found.
  case inPart = 3

  /// How bad it is, from the best to the worst.
  private var severity: Int {
    switch self {
    case .done: 0
    case .inPart: 1
    case .negative: 2
    case .error: 3
    }
  }

  static func < (left: ExitCode, right: ExitCode) -> Bool { left.severity < right.severity }
}
