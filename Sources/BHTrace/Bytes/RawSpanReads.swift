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

  /// The place where `text`, which is not empty, first lies from `start` on, or nil where it does not.
  func firstIndex(of text: String, from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard let first = wanted.first else { return nil }
    var at = start
    while let next = firstIndex(of: first, from: at), next + wanted.count <= byteCount {
      let found = extracting(next..<(next + wanted.count))
      let isThere = unsafe found.withUnsafeBytes { found in
        unsafe wanted.withUnsafeBytes { wanted in
          guard let one = found.baseAddress, let other = wanted.baseAddress else { return true }
          return unsafe memcmp(one, other, wanted.count) == 0
        }
      }
      if isThere { return next }
      at = next + 1
    }
    return nil
  }

  /// Whether every byte is zero; so it is where there is none.
  var isZero: Bool {
    unsafe withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return true }
      // Each byte equals the one before it.
      return unsafe bytes[0] == 0 && memcmp(first, first + 1, bytes.count - 1) == 0
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
