import BHTSearch
import BHTrace

/// One option of the command line: how it is typed, what help says about it, what it does.
struct Flag: Sendable {
  /// The name after two dashes.
  let long: String
  /// The letter after one dash, where there is one.
  let short: Character?
  /// How help names the value it takes; nil where it takes none.
  let value: String?
  /// One line for the list of options.
  let summary: String
  /// The full story, for `--help`.
  let details: String
  /// The name it has in the tables of commands, where other commands have another flag of this
  /// name.
  var variant: String?
  /// Whether operands that follow it, behind others, are its values too.
  var takesFollowing = false
  /// Whether it may be given several times, each value beside the others.
  var addsUp = false
  /// Notes the option in what was typed; the text is the value, empty where it takes none.
  let apply: @Sendable (inout Options, String) throws(UsageError) -> Void

  /// How it is typed: `-o, --output OUT`.
  var usage: String {
    (short.map { "-\($0), " } ?? "    ") + "--\(long)" + (value.map { " \($0)" } ?? "")
  }

  /// The flags every command takes.
  static let common = ["json", "quiet", "color", "width", "no-pager"]

  /// The name it has in the tables of commands.
  var name: String { variant ?? long }

  /// The flag that the tables of commands call `name`; nil where there is none.
  static func named(_ name: String) -> Flag? { all.first { $0.name == name } }

  /// All flags but `--help` and `--version`, which end the command line. The one table parsing,
  /// help and tests go by.
  static let all: [Flag] =
    readings + filters + answers + search + conversion + measurement + copies

  /// The flags of readings, and those of every command.
  private static let readings: [Flag] = [
    Flag(
      long: "json", short: "j", value: nil,
      summary: "Print one JSON object with result and figures",
      details: """
        Prints {"result": …, "stats": …} on standard output, and no figures on standard error. \
        Times are whole nanoseconds, in keys that end in _ns: durations of up to 104 days are below \
        2^53, so that every reader keeps them exactly; times since 1970 have 19 digits, of which jq \
        before 1.7 and JavaScript keep 16. "stats" has what was really read: \
        bytes_read, requests, rounds (requests that had to wait for an earlier answer), \
        blocks_read, file_size, fraction, raw_bytes (decoded) and seconds.
        """
    ) { options, _ in options.json = true },
    Flag(
      long: "quiet", short: "q", value: nil,
      summary: "Print no figures and no progress",
      details: """
        Keeps standard error empty but for errors and negative answers: no figures after the \
        answer, no progress.
        """
    ) { options, _ in options.quiet = true },
    Flag(
      long: "color", short: nil, value: "WHEN",
      summary: "auto (default), always or never",
      details: """
        auto: on a terminal, and where NO_COLOR is not set. Errors are red, services have colours \
        of their own.
        """
    ) { options, value throws(UsageError) in
      options.colouring = try choice("color", value)
    },
    Flag(
      long: "width", short: nil, value: "COLUMNS",
      summary: "Print lines of at most this many columns",
      details: """
        Cuts tables and bars to this many columns; without it, to those of the terminal (COLUMNS, \
        where that is set), and not at all where the answer goes elsewhere.
        """
    ) { options, value throws(UsageError) in
      let width = try Quantity.count(value, for: "--width")
      guard (40...10_000).contains(width) else {
        throw UsageError("--width wants 40 to 10,000 columns, not \(value)")
      }
      options.width = width
    },
    Flag(
      long: "no-pager", short: nil, value: nil,
      summary: "Print long answers without a pager",
      details: """
        On a terminal the answers of readings go through a pager: what BHTPACK_PAGER names, else PAGER, \
        else less, which ends by itself where all fits on the screen. With this option, and where that \
        variable is empty or cat, they do not.
        """
    ) { options, _ in options.isUnpaged = true },
    Flag(
      long: "format", short: nil, value: "FORMAT",
      summary: "waterfall, jsonl, otlp, jaeger, zipkin or chrome",
      details: """
        waterfall: a line a span with its bar in time, for eyes; what `trace` prints on a terminal. \
        jsonl: an object a line and span, for programs; what is printed elsewhere. otlp, jaeger, \
        zipkin, chrome: the spans as these formats have them, and on standard error what they cannot hold.
        """
    ) { options, value throws(UsageError) in
      options.format = try choice("format", value)
    },
    Flag(
      long: "depth", short: nil, value: "N",
      summary: "Waterfall: only spans down to this depth",
      details: "Shows spans down to this depth, roots having depth 0, and how many lie below."
    ) { options, value throws(UsageError) in
      options.depth = try Quantity.count(value, for: "--depth")
    },
    Flag(
      long: "attributes", short: "a", value: nil,
      summary: "Waterfall: show what spans say under them",
      details: "Shows attributes, events and links under each span of the waterfall, a line each."
    ) { options, _ in options.showsAttributes = true },
    Flag(
      long: "otlp", short: nil, value: nil,
      summary: "Print the spans as lossless OTLP JSON",
      details: """
        Prints OTLP JSON, one export message a line and trace, in place of the objects made for \
        eyes and jq: nothing is renamed or merged, and what JSON cannot hold is counted on \
        standard error. Ids of v1 traces that are not hexadecimal become the first bytes of \
        their SHA-256 and stay as attributes bht.trace_id and bht.span_id.
        """
    ) { options, _ in options.otlp = true },
    Flag(
      long: "trace", short: "t", value: "ID",
      summary: "Only the trace with this id",
      details: """
        Goes by the trace with this id alone: hexadecimal digits, or the text of the id where \
        the trace comes from a v1 file. `bhtpack list` prints the ids.
        """
    ) { options, value in options.trace = value },
    Flag(
      long: "totals", short: nil, value: nil,
      summary: "Only add up spans, time and errors of each service",
      details: """
        Prints the number of spans, the sum of their durations and the number of errors of each \
        service of the whole archive, and nothing that takes the traces' trees, which is much faster.
        """
    ) { options, _ in options.totals = true },
    Flag(
      long: "adjust-skew", short: nil, value: nil,
      summary: "Move spans whose service's clock is off",
      details: """
        Where a span of another service than its parent does not lie inside its parent's time, it \
        is moved there, in the middle, as if request and answer took equally long on the way; the \
        spans of its service under it move with it. What is stored stays as it is; the spans moved are counted.
        """
    ) { options, _ in options.adjustsSkew = true },
    Flag(
      long: "root", short: "r", value: "SPAN",
      summary: "Start the path at this span",
      details: """
        Starts the path at the span with this id instead of the trace's main root, which is the \
        longest span without a parent (or, where every span names one, the longest of those \
        whose parent is not in the trace).
        """
    ) { options, value in options.root = value },
    Flag(
      long: "method", short: "m", value: "METHOD",
      summary: "blocking (default), longest-child or jaeger",
      details: """
        blocking: at each moment, the span the root was waiting for; the sections add up to the \
        root's duration. longest-child: the chain from root to leaf that always takes the child \
        with the longest duration. jaeger: the sections Jaeger UI shows.
        """
    ) { options, value throws(UsageError) in
      options.method = try choice("method", value)
    },
  ]

  /// The case of a closed list of words that `value` is.
  static func choice<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ value: String
  ) throws(UsageError) -> Word {
    if let word = Word(rawValue: value) { return word }
    let words = Word.allCases.map(\.rawValue)
    throw UsageError(
      "--\(name) is \(words.dropLast().joined(separator: ", ")) or \(words.last ?? ""), "
        + "not '\(value)'", words: words)
  }
}
