import BHTrace

/// What was typed after the name of a command: every option, and the operands in order.
struct Options: Sendable {
  /// `--json`
  var json = false
  /// `--otlp`
  var otlp = false
  /// `--quiet`
  var quiet = false
  /// `--trace`
  var trace: String?
  /// `--root`
  var root: String?
  /// `--method`
  var method = CriticalPathMethod.blocking
  /// The filters, order and limit of `list`.
  var list = TraceListQuery()
  /// What is not an option: archives, ids, names.
  var operands: [String] = []
}
