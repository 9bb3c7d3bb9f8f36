import BHTSearch
import BHTrace

extension Flag {
  /// The flags that say which traces, and how many.
  static let filters: [Flag] = [
    Flag(
      long: "service", short: "s", value: "NAME",
      summary: "Only traces with a span of this service",
      details: """
        Lists only traces with a span of this service; the name has to match exactly. Of several, \
        any will do.
        """,
      addsUp: true
    ) { options, value in options.list.services.append(Array(value.utf8)) },
    Flag(
      long: "operation", short: nil, value: "NAME",
      summary: "Only traces with a span of this name",
      details: """
        Lists only traces with a span of this name, to match exactly (of several, any); together \
        with --service one span has to be both.
        """,
      addsUp: true
    ) { options, value in options.list.operations.append(Array(value.utf8)) },
    Flag(
      long: "errors", short: "e", value: nil,
      summary: "Only traces with an error",
      details: "Lists only traces in which the status of at least one span is an error."
    ) { options, _ in options.list.errorsOnly = true },
    Flag(
      long: "errors-of", short: nil, value: "SERVICE",
      summary: "Only traces with an error in this service",
      details: """
        Lists only traces in which the status of at least one span of this service is an error. Of \
        several services, any will do.
        """,
      addsUp: true
    ) { options, value in options.list.servicesInError.append(Array(value.utf8)) },
    Flag(
      long: "min-duration", short: nil, value: "DURATION",
      summary: "Only traces at least this long",
      details: """
        Lists only traces at least this long, from the earliest start to the latest end: 150us, \
        2ms, 1.5s, 3m, 1h.
        """
    ) { options, value throws(UsageError) in
      options.list.minDuration = try Quantity.duration(value, for: "--min-duration")
    },
    Flag(
      long: "max-duration", short: nil, value: "DURATION",
      summary: "Only traces at most this long",
      details: "Lists only traces at most this long: 150us, 2ms, 1.5s, 3m, 1h."
    ) { options, value throws(UsageError) in
      options.list.maxDuration = try Quantity.duration(value, for: "--max-duration")
    },
    Flag(
      long: "since", short: nil, value: "TIME",
      summary: "Only traces that start then or later",
      details: """
        Takes only traces that start then or later. A time is written as \(Timestamp.forms)
        """
    ) { options, value throws(UsageError) in
      options.list.since = try Timestamp.parse(value, for: "--since")
    },
    Flag(
      long: "until", short: nil, value: "TIME",
      summary: "Only traces that start before then",
      details: "Takes only traces that start before then; times are written as for --since."
    ) { options, value throws(UsageError) in
      options.list.until = try Timestamp.parse(value, for: "--until")
    },
    Flag(
      long: "sort", short: nil, value: "ORDER",
      summary: "start (default), duration or spans",
      details: """
        start: earliest first. duration: longest first. spans: most spans first, of a search most \
        spans found. Equal traces stay in the order of start and id. Without it a list comes \
        earliest first, and a search newest first.
        """
    ) { options, value throws(UsageError) in
      options.list.sort = try choice("sort", value)
      switch options.list.sort {
      case .start: options.searchOrder = .oldest
      case .duration: options.searchOrder = .duration
      case .spans: options.searchOrder = .spans
      }
    },
    Flag(
      long: "limit", short: "n", value: "N",
      summary: "At most so many",
      details: """
        Prints at most so many rows, the first ones of the order, and says how many there are.
        """
    ) { options, value throws(UsageError) in
      options.list.limit = try Quantity.count(value, for: "--limit")
    },
  ]

  /// The flags that say what an answer shows.
  static let answers: [Flag] = [
    Flag(
      long: "format", short: nil, value: "FORMAT",
      summary: "table (default), csv or jsonl",
      details: """
        table: aligned columns, for eyes. csv: RFC 4180 with a line of titles. jsonl: an object a \
        line and row. Titles and keys are those of --json.
        """,
      variant: "format of rows"
    ) { options, value throws(UsageError) in
      options.rowFormat = try choice("format", value)
    },
    Flag(
      long: "operations", short: nil, value: nil,
      summary: "Say what each operation adds up to, too",
      details: "Prints the figures of each operation, too, the one with the most self time first."
    ) { options, _ in options.splitsOperations = true },
    Flag(
      long: "ids", short: nil, value: nil,
      summary: "Name the traces and spans of the slowest self times",
      details: """
        Prints the ids of the spans with the largest self times, and of their traces, to be copied \
        into `trace` or `subtree`; the ids of these traces are read for that.
        """
    ) { options, _ in options.showsIDs = true },
    Flag(
      long: "service", short: "s", value: "NAME",
      summary: "Only errors of this service",
      details: """
        Groups only errors of this service; the name has to match exactly. Of several, any will do.
        """,
      variant: "service of errors", addsUp: true
    ) { options, value in options.errors.services.append(Array(value.utf8)) },
    Flag(
      long: "with", short: nil, value: "ARCHIVE",
      summary: "What to compare with: this archive and all that follow",
      details: """
        Compares what stands in front with this archive, and all that follow it, as one: `compare \
        monday/ --with tuesday/`. Two archives need no --with.
        """,
      takesFollowing: true, addsUp: true
    ) { options, value in options.with = (options.with ?? []) + [value] },
  ]
}
