internal import Glibc

extension RawSpan {
  /// Eight bytes from `offset`, the first in the lowest bits; traps outside the span.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Whether the bytes at `range`, which has to lie inside, are exactly the UTF-8 of `text`.
  @inline(__always)
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return unsafe extracting(range).withUnsafeBytes { run in
      guard let start = run.baseAddress else { return true }
      return unsafe memcmp(start, text.utf8Start, run.count) == 0
    }
  }
}
