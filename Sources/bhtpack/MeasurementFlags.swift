import BHTrace

extension Flag {
  /// The flags of commands that make inputs and measure them.
  static let measurement: [Flag] = [
    Flag(
      long: "seed", short: nil, value: "N",
      summary: "What made-up traces and copies follow from (default 1)",
      details: """
        Makes other traces for other seeds, and always the same for the same one; with --like, other \
        ids, moments and values of the copies.
        """
    ) { options, value throws(UsageError) in
      options.seed = UInt64(try Quantity.count(value, for: "--seed"))
    },
    Flag(
      long: "traces", short: nil, value: "N",
      summary: "Make this many traces (default 1)",
      details: "Makes this many traces of about 270 spans each."
    ) { options, value throws(UsageError) in
      options.traces = try Quantity.count(value, for: "--traces")
    },
    Flag(
      long: "like", short: nil, value: "INPUT",
      summary: "Repeat the traces of this input; may be given again",
      details: """
        Repeats the traces of this input (any format that is read, a folder for all files in it; - is \
        standard input) instead of making some up. The input is read once and held in memory. May be \
        given several times for traces whose spans lie in several inputs.
        """,
      addsUp: true
    ) { options, value in options.like.append(value) },
    Flag(
      long: "no-solid", short: nil, value: nil,
      summary: "Leave out zstd -19 and xz -9e",
      details: """
        Leaves out zstd -19 and xz -9e over everything, which take longest: a minute or more for \
        100 MB.
        """
    ) { options, _ in options.isSolidMeasured = false },
  ]
}
