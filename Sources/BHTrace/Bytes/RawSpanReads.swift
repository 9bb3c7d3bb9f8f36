internal import Glibc

extension RawSpan {
  /// The byte at `offset`; traps outside the span.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

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

extension [UInt8] {
  /// The bytes as a span to read from; good as long as the array is not changed.
  var rawSpan: RawSpan {
    @_lifetime(borrow self) get {
      unsafe span.bytes
    }
  }
}
