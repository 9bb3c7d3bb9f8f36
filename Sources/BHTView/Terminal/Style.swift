/// Colours and weights, where they are wanted.
package struct Style {
  /// Whether to print any.
  package let isOn: Bool
  /// The columns of the terminal; nil where lines may be of any length.
  package let width: Int?

  /// Colours where `isOn`, and lines of at most `width` columns.
  package init(isOn: Bool, width: Int? = nil) {
    self.isOn = isOn
    self.width = width
  }

  /// Plain text.
  package static let plain = Style(isOn: false)

  /// Headings.
  package func bold(_ text: String) -> String { wrap(text, "1") }
  /// Errors.
  package func red(_ text: String) -> String { wrap(text, "31") }
  /// What got better.
  package func green(_ text: String) -> String { wrap(text, "32") }
  /// Remarks.
  package func dim(_ text: String) -> String { wrap(text, "2") }

  /// Text in the colour of service `number`, of those that are shown together. The colours are
  /// told apart on a dark and on a light ground.
  package func service(_ number: Int, _ text: String) -> String {
    wrap(text, "38;5;\(Self.serviceColours[number % Self.serviceColours.count])")
  }

  private static let serviceColours = [33, 172, 35, 134, 37, 203, 105, 142, 67, 168, 30, 136]

  private func wrap(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
