internal import CRE2

/// A pattern of a query, compiled once: matches whole values, case counts, and `.` matches a newline.
///
/// RE2 takes time in proportion to the text, whatever the pattern. Matching is safe from any number of
/// threads at once. Two are equal where their patterns are.
@safe package final class RegularExpression: Sendable {
  /// The pattern's text, as UTF-8.
  package let pattern: [UInt8]
  private nonisolated(unsafe) let compiled: OpaquePointer

  /// Why a pattern is none.
  package struct Problem: Error, Sendable, Equatable {
    /// RE2's reason.
    package var reason: String
    /// Where in the pattern the faulty part starts (bytes); nil where there is no one place.
    package var offset: Int?
  }

  /// Patterns whose programs and caches take more bytes than this are refused.
  private static let memoryLimit: Int64 = 8 << 20

  /// Compiles `pattern`.
  ///
  /// The corresponding class of RE2 is `RE2`.
  package init(_ pattern: [UInt8]) throws(Problem) {
    let compiled = unsafe pattern.withUnsafeBytes {
      unsafe bht_re2_compile($0.baseAddress, $0.count, Self.memoryLimit)
    }
    guard let compiled = unsafe compiled else {
      throw Problem(reason: "there is no memory for it", offset: nil)
    }
    var count = 0
    if let error = unsafe bht_re2_error(compiled, &count) {
      let reason = unsafe String(
        decoding: UnsafeRawBufferPointer(start: error, count: count), as: UTF8.self)
      let part = unsafe bht_re2_error_part(compiled, &count)
      let bytes = unsafe Array(UnsafeRawBufferPointer(start: part, count: count))
      unsafe bht_re2_free(compiled)
      throw Problem(reason: reason, offset: Self.firstPlace(of: bytes, in: pattern))
    }
    self.pattern = pattern
    unsafe self.compiled = compiled
  }

  deinit { unsafe bht_re2_free(compiled) }

  /// Whether all of `text` matches. Bytes that are not UTF-8 count as U+FFFD.
  package func matches(_ text: [UInt8]) -> Bool { matches(text[...]) }

  /// Whether all of `text` matches. Bytes that are not UTF-8 count as U+FFFD.
  package func matches(_ text: ArraySlice<UInt8>) -> Bool {
    if matchesExactly(text) { return true }
    // RE2 lets nothing match such bytes.
    let mended = String(decoding: text, as: UTF8.self)
    return !mended.utf8.elementsEqual(text) && matchesExactly(Array(mended.utf8)[...])
  }

  private func matchesExactly(_ text: ArraySlice<UInt8>) -> Bool {
    unsafe text.withUnsafeBytes {
      unsafe bht_re2_matches(compiled, $0.baseAddress, $0.count) != 0
    }
  }

  private static func firstPlace(of part: [UInt8], in pattern: [UInt8]) -> Int? {
    if part.isEmpty || part.count > pattern.count { return nil }
    return (0...pattern.count - part.count).first { pattern[$0...].starts(with: part) }
  }
}

extension RegularExpression: Hashable {
  package static func == (left: RegularExpression, right: RegularExpression) -> Bool {
    left.pattern == right.pattern
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}
