/// The units event times come in.
enum EventTime {
  static let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]
}
