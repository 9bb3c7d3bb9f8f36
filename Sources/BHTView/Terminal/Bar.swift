/// A part of something as a bar of blocks, to an eighth of a column.
package enum Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The bar of `fraction` (0 to 1) where a whole one has `width` columns; of more than nothing
  /// an eighth at least.
  package static func text(_ fraction: Double, width: Int) -> String {
    let part = min(max(fraction, 0), 1)
    var cells = Int((part * Double(width) * 8).rounded())
    if part > 0 { cells = max(1, cells) }
    return String(repeating: "█", count: cells / 8) + eighths[cells % 8]
  }
}
