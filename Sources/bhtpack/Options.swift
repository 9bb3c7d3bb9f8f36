import BHTSearch
import BHTrace

/// What was typed after the name of a command: every option, and the operands in order.
struct Options: Sendable {
  /// `--json`
  var json = false
  /// `--otlp`
  var otlp = false
  /// `--format`; nil where it is left to where the answer goes.
  var format: SpanFormat?
  /// `--format` of commands that print rows; nil for a table.
  var rowFormat: RowFormat?
  /// `--operations`
  var splitsOperations = false
  /// `--ids`
  var showsIDs = false
  /// The services of `errors --service`.
  var errors = ErrorQuery()
  /// The archives behind `--with`
  var with: [String]?
  /// `--depth`
  var depth: Int?
  /// `--attributes`
  var showsAttributes = false
  /// `--color`
  var colouring = Output.Colouring.auto
  /// `--width`
  var width: Int?
  /// `--quiet`
  var quiet = false
  /// `--no-pager`
  var isUnpaged = false
  /// `--trace`
  var trace: String?
  /// `--totals`
  var totals = false
  /// `--adjust-skew`
  var adjustsSkew = false
  /// `--root`
  var root: String?
  /// `--method`
  var method = CriticalPath.Method.blocking
  /// The filters, order and limit of `list`.
  var list = TraceListQuery()
  /// `--sort` of searches; nil where it was not given.
  var searchOrder: TraceSearch.Order?
  /// What searches are told.
  var search = SearchOptions()
  /// `--output`
  var output: String?
  /// `--to`
  var target: OutputFormat?
  /// `--select`
  var selection = TraceSelection()
  /// The conditions behind `--select` that are no ids, as they were typed.
  var conditions: [String] = []
  /// Where the ids behind `--select trace=@FILE` are read; "-" for standard input.
  var traceIDFiles: [String] = []
  /// `--dedup`
  var dropsCopies = false
  /// `--shift-time`
  var shiftsTime = false
  /// `--repair-ids` and `--time-unit`
  var mending = InputMending()
  /// `--framed`
  var framed = false
  /// `--best`
  var best = false
  /// `--block`
  var block: FormatOptions.BlockSize?
  /// `--index`
  var index = FormatOptions().index
  /// `--threads`
  var threads = Processors.count
  /// `--memory`, in bytes
  var memory = 512 << 20
  /// `--strict`
  var strict = false
  /// `--force`
  var force = false
  /// The inputs behind `--against`
  var against: [String]?
  /// `--subset`
  var isSubset = false
  /// `--seed`
  var seed: UInt64 = 1
  /// `--traces`
  var traces: Int?
  /// The inputs behind `--like`
  var like: [String] = []
  /// `--times`
  var times: Int?
  /// `--start`
  var start: UInt64?
  /// `--spread`, in nanoseconds
  var spread: UInt64?
  /// The keys behind `--fresh`
  var fresh: [String] = []
  /// `--no-solid` unsets it.
  var isSolidMeasured = true
  /// What is not an option: archives, ids, names.
  var operands: [String] = []
}
