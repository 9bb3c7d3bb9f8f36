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

extension RawSpan {
  /// Appends the bytes at `range`, which has to lie inside, to `out`.
  @inline(__always)
  func append(_ range: Range<Int>, to out: inout [UInt8]) {
    let part = extracting(range)
    unsafe part.withUnsafeBytes { unsafe out.append(contentsOf: $0) }
  }

  /// The place of the first `byte` from `start` on, or nil where there is none.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    unsafe extracting(start..<byteCount).withUnsafeBytes { rest in
      guard let first = rest.baseAddress,
        let found = unsafe memchr(first, Int32(byte), rest.count)
      else { return nil }
      return start + (unsafe UnsafeRawPointer(found) - first)
    }
  }

  /// How often `byte` occurs in `range`, which has to lie inside.
  func count(of byte: UInt8, in range: Range<Int>) -> Int {
    let part = extracting(range)
    var (found, at) = (0, 0)
    while let next = part.firstIndex(of: byte, from: at) {
      found += 1
      at = next + 1
    }
    return found
  }
}
