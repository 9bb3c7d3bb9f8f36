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
        Writes only traces that pass: trace=ID (several: any of them), service=NAME, errors, \
        since=TIME, until=TIME. Given several times, all have to hold. Times are written as for \
        `list --since`.
        """
    ) { options, value throws(UsageError) in
      try options.selection.add(value)
    },
    Flag(
      long: "shift-time", short: nil, value: nil,
      summary: "Move all times so that the latest span ends now",
      details: """
        Moves all times by the same distance, so that the latest end read is now: for stores that \
        take only recent spans.
        """
    ) { options, _ in options.shiftsTime = true },
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
      summary: "Compare with this input; may be given again",
      details: """
        Compares the archive's spans with those of this input (any format that is read, a folder \
        for all files in it): every field, attribute order included; the order of spans and their \
        grouping into messages do not count. May be given several times for an archive made of \
        several inputs.
        """
    ) { options, value in options.against = (options.against ?? []) + [value] },
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
      "--index is auto, none, all, or keys of attributes with commas between, not '\(typed)'")
  }
  return .keys(keys.map { Array($0.utf8) })
}

extension TraceSelection {
  /// Adds a condition as it is typed after `--select`.
  fileprivate mutating func add(_ typed: String) throws(UsageError) {
    let parts = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? String(parts[1]) : ""
    switch (String(parts[0]), parts.count) {
    case ("trace", 2):
      let text = Array(value.utf8)
      traceIDs.append(text)
      if let bytes = HexText.decode(text) { traceIDs.append(bytes) }
    case ("service", 2): services.append(Array(value.utf8))
    case ("since", 2): since = try Timestamp.parse(value, for: "--select since=")
    case ("until", 2): until = try Timestamp.parse(value, for: "--select until=")
    case ("errors", 1): errorsOnly = true
    default:
      throw UsageError(
        "--select is trace=ID, service=NAME, since=TIME, until=TIME or errors, not '\(typed)'")
    }
  }
}
