/// What was worked out from name tables, remembered by a number each table tends to come with (its
/// segment's): traces of several segments may come in turns.
///
/// The number is a hint: a table that differs from the remembered one takes its place. Tables
/// that share their storage, as those of one segment do, are compared at no cost.
struct NameTableCache<Value: Sendable>: Sendable {
  private var entries: [(names: NameTable, value: Value)] = []
  private var entryOfHint: [Int: Int] = [:]
  private var last: (hint: Int, entry: Int)?

  /// What `work` makes of `names`, remembered or made now.
  mutating func value(for names: NameTable, hint: Int, _ work: (NameTable) -> Value) -> Value {
    let known = last.flatMap { $0.hint == hint ? $0.entry : nil } ?? entryOfHint[hint]
    guard let known else {
      last = (hint, entries.count)
      entryOfHint[hint] = entries.count
      entries.append((names, work(names)))
      return entries[entries.count - 1].value
    }
    last = (hint, known)
    if entries[known].names != names { entries[known] = (names, work(names)) }
    return entries[known].value
  }
}
