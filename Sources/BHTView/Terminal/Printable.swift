import BHTrace

/// Text and figures in the form people read.
package enum Printable {
  /// So many of a list are named.
  private static let namedLimit = 100

  /// `a`, `a or b`, `a, b or c`, and how many more where there are very many.
  package static func alternatives(_ names: [String]) -> String {
    let shown = names.prefix(namedLimit)
    if names.count > shown.count {
      return shown.joined(separator: ", ") + " or \(grouped(names.count - shown.count)) more"
    }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " or " + last
  }

  /// A number with two decimals.
  package static func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(Padded.zeros(UInt64(hundredths % 100), 2))"
  }

  /// Text from a trace for a terminal: control characters, which could take the terminal over,
  /// become U+FFFD, and so do bytes that are not UTF-8.
  package static func text(_ bytes: [UInt8]) -> String {
    text(String(decoding: bytes, as: UTF8.self))
  }

  /// Text without control characters.
  package static func text(_ text: String) -> String {
    if !text.unicodeScalars.contains(where: isControl) { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(scalars)
  }

  /// Control characters, and those that turn the direction of writing around.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Nanoseconds in the unit that suits: `850 ns`, `41.4 µs`, `482 ms`, `1.23 s`, `2 m 03 s`.
  package static func duration(_ nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case ..<1000: "\(nanoseconds) ns"
    case ..<999_500: threeDigits(nanoseconds, 1000) + " µs"
    case ..<999_500_000: threeDigits(nanoseconds, 1_000_000) + " ms"
    case ..<59_950_000_000: threeDigits(nanoseconds, 1_000_000_000) + " s"
    case ..<3_599_500_000_000:
      minutes((nanoseconds + 500_000_000) / 1_000_000_000, "m", "s")
    default: minutes((nanoseconds / 1_000_000_000 + 30) / 60, "h", "m")
    }
  }

  /// Bytes in the unit that suits: `850 B`, `40.4 KiB`, `1.50 GiB`.
  package static func bytes(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit: UInt64 = 1024
    var index = 0
    while index + 1 < units.count && UInt64(count) >= unit * 1000 {
      unit *= 1024
      index += 1
    }
    return threeDigits(UInt64(count), unit) + " " + units[index]
  }

  /// A whole number with commas: `391,267`.
  package static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// A part of 1 as `10.6 %`.
  package static func percent(_ fraction: Double) -> String {
    let tenths = UInt64((min(max(fraction, 0), 1e6) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// A factor with three digits: `1.25`, `12.5`, `1,250`.
  package static func factor(_ factor: Double) -> String {
    let scaled = UInt64(min(max(factor, 0), 1e12) * 1000)
    return scaled >= 1_000_000 ? grouped(Int(scaled / 1000)) : threeDigits(scaled, 1000)
  }

  /// `count thing`, or with an s where there are not exactly one.
  package static func count(_ count: Int, _ thing: String) -> String {
    "\(grouped(count)) \(thing)\(count == 1 ? "" : "s")"
  }

  /// `value / unit` with three digits, as far as it has a fraction.
  private static func threeDigits(_ value: UInt64, _ unit: UInt64) -> String {
    for (decimals, scale) in [(2, 100), (1, 10)] as [(Int, UInt64)] {
      let scaled = UInt64(
        (UInt128(value) * UInt128(scale) + UInt128(unit / 2)) / UInt128(unit))
      if scaled < 1000 {
        return "\(scaled / scale)." + Padded.zeros(scaled % scale, decimals)
      }
    }
    return String(value / unit + (value % unit >= unit - unit / 2 ? 1 : 0))
  }

  private static func minutes(_ value: UInt64, _ large: String, _ small: String) -> String {
    "\(value / 60) \(large) \(Padded.zeros(value % 60, 2)) \(small)"
  }
}

/// Text brought to a width.
package enum Padded {
  /// `number` with zeros before it.
  package static func zeros(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// `text` with spaces after it.
  package static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.columns(text)))
  }

  /// `text` with spaces before it.
  package static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - DisplayWidth.columns(text))) + text
  }
}
