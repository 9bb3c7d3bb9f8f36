import BHTSearch
import BHTrace

/// What `search` and `metrics` are told beside times and limits.
struct SearchOptions: Sendable {
  /// `--spans`; nil where it was not given.
  var spans: SpanCount?
  /// `--explain`
  var explains = false
  /// `--compat tempo`
  var asTempo = false
  /// `--step`, in nanoseconds
  var step: UInt64?
  /// `--instant`
  var isInstant = false
  /// `--format` of series; nil where it was not given.
  var seriesFormat: SeriesFormat?
  /// `--no-join` unsets it.
  var joinsTraces = true
  /// `--count`
  var countsOnly = false

  /// How many spans of a set are listed.
  enum SpanCount: Sendable, Equatable {
    case all
    case most(Int)
  }

  /// `--format` of found traces; nil where it was not given.
  var foundFormat: FoundFormat?
  /// `--query`
  var query: String?
  /// `--graph`; nil where it was not given.
  var graph: GraphFormat?
  /// `--svg`
  var drawsSVG = false

  /// How a topology is printed.
  enum GraphFormat: String, CaseIterable { case table, dot, mermaid }

  /// How found traces are printed.
  enum FoundFormat: String, CaseIterable { case table, jsonl, tempo }

  /// How series are printed.
  enum SeriesFormat: String, CaseIterable { case table, csv, prometheus }

  /// What `--compat` may be.
  enum Compatibility: String, CaseIterable { case none, tempo }
}

extension Flag {
  /// The flags of searches.
  static let search: [Flag] = [
    Flag(
      long: "spans", short: nil, value: "N",
      summary: "List so many spans of each set (default 3), or all",
      details: """
        Lists the first N of the spans that a query leaves of a trace, or all of them; 0 lists none. \
        How many there are is always said.
        """
    ) { options, value throws(UsageError) in
      options.search.spans =
        value == "all" ? .all : .most(try Quantity.count(value, for: "--spans"))
    },
    Flag(
      long: "count", short: "c", value: nil,
      summary: "Only count what is found",
      details: "Counts the traces and spans that are found, all of them, and lists none."
    ) { options, _ in options.search.countsOnly = true },
    Flag(
      long: "explain", short: nil, value: nil,
      summary: "Say level by level what was passed over and what was read",
      details: """
        Prints, after the answer, how many segments, chunks and spans were left at each level \
        (directory, names and bounds, tables and postings, structure, payload), and what was read \
        there. Of what is left nothing is missing; what is passed over cannot match.
        """
    ) { options, _ in options.search.explains = true },
    Flag(
      long: "format", short: nil, value: "FORMAT",
      summary: "table (default), jsonl or tempo",
      details: """
        table: lines for eyes. jsonl: an object a line and trace, with the keys of --json. tempo: the \
        answer of Grafana Tempo's search API.
        """,
      variant: "format of found traces"
    ) { options, value throws(UsageError) in
      options.search.foundFormat = try choice("format", value)
    },
    Flag(
      long: "step", short: nil, value: "DURATION",
      summary: "The length of an interval: 10s, 1m, 1h",
      details: """
        The length of the intervals of series. Without it one is taken that makes about 60 of them.
        """
    ) { options, value throws(UsageError) in
      options.search.step = try Quantity.duration(value, for: "--step")
      if options.search.step == 0 { throw UsageError("--step wants more than no time") }
    },
    Flag(
      long: "instant", short: nil, value: nil,
      summary: "One number for all of the time",
      details: "Makes one number of each series, of all the time between --since and --until."
    ) { options, _ in options.search.isInstant = true },
    Flag(
      long: "format", short: nil, value: "FORMAT",
      summary: "table (default), csv or prometheus",
      details: """
        table: a line a series, with its course. csv: a line an interval and a column a series. \
        prometheus: the JSON of Prometheus' query API.
        """,
      variant: "format of series"
    ) { options, value throws(UsageError) in
      options.search.seriesFormat = try choice("format", value)
    },
    Flag(
      long: "query", short: nil, value: "TRACEQL",
      summary: "Only traces that a query finds",
      details: "Counts only the traces that a TraceQL query finds, as `bhtpack search` does."
    ) { options, value in options.search.query = value },
    Flag(
      long: "graph", short: nil, value: "FORMAT",
      summary: "table (default), dot or mermaid",
      details: """
        table: a line a call. dot: for Graphviz. mermaid: for pages of text that show such graphs.
        """
    ) { options, value throws(UsageError) in
      options.search.graph = try choice("graph", value)
    },
    Flag(
      long: "svg", short: nil, value: nil,
      summary: "Draw a picture",
      details: "Draws the flame graph as an SVG picture, on standard output."
    ) { options, _ in options.search.drawsSVG = true },
    Flag(
      long: "no-join", short: nil, value: nil,
      summary: "Judge each archive's part of a trace alone",
      details: """
        Of several archives, judges what each has of a trace alone. Without it the parts of a trace \
        that archives of the same time have are joined before it is judged.
        """
    ) { options, _ in options.search.joinsTraces = false },
    Flag(
      long: "compat", short: nil, value: "ENGINE",
      summary: "none (default) or tempo: what orphans are",
      details: """
        none: a span whose parent is not there is a root of its trace's structure. tempo: it has no \
        place in it, and neither has what lies below it, as in Grafana Tempo.
        """
    ) { options, value throws(UsageError) in
      let engine: SearchOptions.Compatibility = try choice("compat", value)
      options.search.asTempo = engine == .tempo
    },
  ]
}
