extension UInt64 {
  /// Adds `more`, staying at the largest value where the sum does not fit: times of a file are
  /// not trusted, and a wrong total must not stop a reading.
  @inline(__always)
  mutating func addSaturating(_ more: UInt64) {
    let (sum, overflow) = addingReportingOverflow(more)
    self = overflow ? .max : sum
  }
}
