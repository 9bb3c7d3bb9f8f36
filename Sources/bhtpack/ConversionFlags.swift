import BHTrace

extension Flag {
  /// The flags of commands that write files or compare them.
  static let conversion: [Flag] = [
    Flag(
      long: "output", short: "o", value: "OUT",
      summary: "The file to write; - is standard output",
      details: """
        Writes to this file, which appears whole or not at all; - is standard output. An existing \
        file is kept unless --force is given. Several traces to v1 files want a folder.
        """
    ) { options, value in options.output = value },
    Flag(
      long: "to", short: nil, value: "FORMAT",
      summary: OutputFormat.allCases.map(\.rawValue).joined(separator: ", "),
      details: """
        The format to write; without it, what the name of OUT says: .bht, .bht1 or .v1.bht, .pb, \
        .otlp, .json, .jsonl, .jaeger.json, .zipkin.json, .chrome.json.
        """
    ) { options, value throws(UsageError) in
      options.target = try choice("to", value)
    },
    Flag(
      long: "select", short: nil, value: "WHAT",
      summary: "Only chosen traces; may be given again",
      details: """
        Writes only traces that pass: trace=ID, service=NAME, errors, since=TIME, until=TIME. Of \
        several values of one key any has to hold, of different keys all. Ids may be in either case, \
        with dashes, behind 0x or without leading zeros; trace=@FILE takes them from a file, one a \
        line (- is standard input; lines that begin with # do not count). Times are written as for \
        `list --since`. In an archive, traces are found through its index.
        """,
      addsUp: true
    ) { options, value throws(UsageError) in
      try options.select(value)
    },
    Flag(
      long: "dedup", short: nil, value: nil,
      summary: "Drop spans that are exact copies of others",
      details: """
        Drops spans that say the same as another one of their trace in every field, with equal \
        resource and scope, as they come from retries, and says how many there were. Without it they \
        are kept and counted. Spans without an id are no copies of each other.
        """
    ) { options, _ in options.dropsCopies = true },
    Flag(
      long: "shift-time", short: nil, value: nil,
      summary: "Move all times so that the latest span ends now",
      details: """
        Moves all times by the same distance, so that the latest end read is now: for stores that \
        take only recent spans.
        """
    ) { options, _ in options.shiftsTime = true },
    Flag(
      long: "repair-ids", short: nil, value: nil,
      summary: "Mend ids that were misread, or are missing",
      details: """
        Ids that are the hex text of an id, as it is or after base64, become that id; a span whose \
        trace id or span id is zeros or missing gets one of its own, made of what it says (the same \
        each time). Without it ids stay as they came, and such are counted.
        """
    ) { options, _ in options.mending.repairsIDs = true },
    Flag(
      long: "time-unit", short: nil, value: "UNIT",
      summary: "Read times as s, ms, us or ns",
      details: """
        The unit the times of the inputs are in, s, ms, us or ns, where their writer did not keep to \
        that of the format (OTLP: ns; Jaeger and Zipkin JSON: us).
        """
    ) { options, value throws(UsageError) in
      options.mending.timeUnit = try choice("time-unit", value)
    },
    Flag(
      long: "framed", short: nil, value: nil,
      summary: "Put a 4-byte length before each protobuf message",
      details: """
        Writes OTLP protobuf as messages with a 4-byte big-endian length before each, as the \
        OpenTelemetry collector's file exporter does, up to 8,192 spans a message. Without it the \
        messages lie end to end, which parses as one.
        """
    ) { options, _ in options.framed = true },
    Flag(
      long: "best", short: nil, value: nil,
      summary: "Smallest archive, slower to write",
      details: """
        Compresses with zstd level 19 instead of 6 (payload), 9 (long values) and 12 (tables), with \
        larger blocks where --block is not given, and chunks of four times the spans; writing takes \
        longer, and single readings read more.
        """
    ) { options, _ in options.best = true },
    Flag(
      long: "block", short: nil, value: "BYTES",
      summary: "Payload block size before zstd, or span",
      details: """
        How finely payload is cut into blocks that can be read on their own: about this many bytes \
        before zstd (512 to 1M), or `span` for a block a span. Without it 5K, of segments of few spans \
        less, down to 2K; with --best 16K. Smaller blocks cost size and save reading.
        """
    ) { options, value throws(UsageError) in
      if value == "span" {
        options.block = .span
      } else {
        let bytes = try Quantity.size(value, for: "--block")
        guard (512...(1 << 20)).contains(bytes) else {
          throw UsageError("--block is `span` or 512 to 1M bytes, not '\(value)'")
        }
        options.block = .bytes(bytes)
      }
    },
    Flag(
      long: "index", short: nil, value: "WHAT",
      summary: "What is indexed: auto, none, all, or KEY,…",
      details: """
        Which sections that make readings faster the archive has: `auto` (default) those that pay, \
        `none`, `all` with all values, or, as keys of attributes with commas between them, `auto` \
        with the values of these attributes alone.
        """
    ) { options, value throws(UsageError) in
      options.index = try indexChoice(value)
    },
    Flag(
      long: "threads", short: nil, value: "N",
      summary: "Work on this many cores (default: all)",
      details: "Works on this many cores; the bytes written do not depend on it."
    ) { options, value throws(UsageError) in
      options.threads = try Quantity.count(value, for: "--threads")
      guard (1...256).contains(options.threads) else {
        throw UsageError("--threads is 1 to 256, not '\(value)'")
      }
    },
    Flag(
      long: "memory", short: nil, value: "BYTES",
      summary: "Hold at most about this much in memory (default 512M)",
      details: """
        Holds at most about this much in memory (256M or more); spans beyond it go to a scratch file beside \
        the output, which is gone when the command ends, however it ends. The bytes written do not \
        depend on it.
        """
    ) { options, value throws(UsageError) in
      options.memory = try Quantity.size(value, for: "--memory")
      guard options.memory >= 256 << 20 else {
        throw UsageError("--memory is 256M or more, not '\(value)'")
      }
    },
    Flag(
      long: "strict", short: nil, value: nil,
      summary: "Stop at the first record that cannot be read",
      details: """
        Stops at the first record that cannot be read. Without it the record is named on standard \
        error and the rest is read.
        """
    ) { options, _ in options.strict = true },
    Flag(
      long: "force", short: "f", value: nil,
      summary: "Replace an existing file",
      details: "Replaces OUT where it is there already."
    ) { options, _ in options.force = true },
    Flag(
      long: "against", short: nil, value: "INPUT",
      summary: "Compare with this input, and all that follow it",
      details: """
        Compares the archive's spans with those of this input (any format that is read, a folder \
        for all files in it): every field, attribute order included; the order of spans and their \
        grouping into messages do not count. For an archive made of several inputs all that follow \
        are inputs too: `verify shop.bht --against a.pb b.pb`; may be given several times as well.
        """,
      takesFollowing: true, addsUp: true
    ) { options, value in options.against = (options.against ?? []) + [value] },
    Flag(
      long: "subset", short: nil, value: nil,
      summary: "The archive may hold a part of what --against names",
      details: """
        Lets the archive hold a chosen part of the source: each of its spans has to be there, as \
        often as here and with every field equal, but the source may have others.
        """
    ) { options, _ in options.isSubset = true },
  ]
}

/// What `--index` says as it is typed.
private func indexChoice(_ typed: String) throws(UsageError) -> FormatOptions.IndexChoice {
  switch typed {
  case "auto": return .auto
  case "none": return .none
  case "all": return .all
  default: break
  }
  let keys = typed.split(separator: ",", omittingEmptySubsequences: false)
  guard keys.allSatisfy({ !["", "auto", "none", "all"].contains($0) }) else {
    throw UsageError(
      "--index is auto, none, all, or keys of attributes with commas between, not '\(typed)'",
      words: ["auto", "none", "all"])
  }
  return .keys(keys.map { Array($0.utf8) })
}
