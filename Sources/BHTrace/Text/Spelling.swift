/// Guesses what somebody meant to type.
package enum Spelling {
  /// ", did you mean '…'?" with the nearest of `words`, without the question mark; empty where
  /// none is near.
  package static func hint(_ typed: String, among words: [String]) -> String {
    nearest(typed, among: words).map { ", did you mean '\($0)'" } ?? ""
  }

  /// The word that takes the fewest changes to get from `typed`, at most a third of its length;
  /// of several the first. A word `typed` is the beginning of is near in any case.
  package static func nearest(_ typed: String, among words: [String]) -> String? {
    var best: (word: String, distance: Int)?
    for word in words {
      let isBeginning = typed.utf8.count >= 3 && word.hasPrefix(typed)
      let distance = isBeginning ? 1 : distance(Array(typed.utf8), Array(word.utf8))
      if distance <= max(1, word.utf8.count / 3) && distance < best?.distance ?? .max {
        best = (word, distance)
      }
    }
    return best?.word
  }

  /// How many letters to insert, delete, replace or swap with their neighbour.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    if a.count > 64 || b.isEmpty { return .max }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
