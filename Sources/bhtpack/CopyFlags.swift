import BHTrace

extension Flag {
  /// The flags that say how the copies of `--like` differ.
  static let copies: [Flag] = [
    Flag(
      long: "times", short: nil, value: "N",
      summary: "How often --like repeats (default 10)",
      details: """
        Writes the spans this many times. Each copy but the first has trace ids and span ids of its \
        own, the same new one wherever a parent or a link names it, and starts an hour later; \
        everything else stays as it is, unless --spread or --fresh is given.
        """
    ) { options, value throws(UsageError) in
      options.times = try Quantity.count(value, for: "--times")
    },
    Flag(
      long: "start", short: nil, value: "TIME",
      summary: "When the earliest trace of the first copy starts",
      details: """
        Moves all copies by the same distance, so that the earliest trace of the first one starts \
        then; with --spread, when its time begins. Without it, when the earliest trace of the input \
        starts. Times are written as for `list --since`.
        """
    ) { options, value throws(UsageError) in
      options.start = try Timestamp.parse(value, for: "--start")
    },
    Flag(
      long: "spread", short: nil, value: "DURATION",
      summary: "Let the traces of all copies start within this time",
      details: """
        Lets each trace of each copy start at a moment of its own within this time (50h, 30m, 10s), \
        which the seed chooses, every moment as likely; its spans and events are moved together, so \
        that durations stay. Without it, copies start an hour after each other.
        """
    ) { options, value throws(UsageError) in
      options.spread = try Quantity.duration(value, for: "--spread")
    },
    Flag(
      long: "fresh", short: nil, value: "KEY,…",
      summary: "Give the attributes with these keys new values in each copy",
      details: """
        Gives the attributes of spans and events that have one of these keys (split by commas; \
        may be given again) new values in each copy, also the first: equal ones in a copy stay \
        equal, in other copies they are others while their form has more. A text keeps its form: \
        digits become digits, lower-case hexadecimal becomes such, letters become letters of \
        their case, and all else stays, also what all values of a key begin with, such as \
        `order-`, where enough is left to choose from. An integer keeps its number of digits. \
        Other kinds of values stay.
        """,
      addsUp: true
    ) { options, value throws(UsageError) in
      let keys = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard !keys.contains("") else {
        throw UsageError(
          "--fresh wants keys of attributes such as order.id or order.id,session.id, not '\(value)'"
        )
      }
      options.fresh += keys
    },
  ]
}
