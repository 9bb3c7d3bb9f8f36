internal import Glibc

extension [UInt8] {
  /// Appends the bytes of `range`, which has to lie inside `bytes`.
  @inline(__always)
  mutating func append(_ bytes: RawSpan, _ range: Range<Int>) {
    let part = bytes.extracting(range)
    unsafe part.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }

  /// Appends the bytes of `range`, which has to lie inside `other`.
  @inline(__always)
  mutating func append(_ range: Range<Int>, of other: [UInt8]) {
    unsafe other.withUnsafeBytes {
      unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[range]))
    }
  }

  /// The elements as a raw span, which lives as long as the array is not changed.
  var rawSpan: RawSpan {
    @_lifetime(borrow self)
    @inline(__always)
    get { unsafe span.bytes }
  }
}

extension RawSpan {
  /// A copy of the bytes at `range`, which has to lie inside.
  func array(_ range: Range<Int>) -> [UInt8] {
    let part = extracting(range)
    return unsafe part.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

/// Equality, order and hashes of byte runs inside arenas, at the speed of memcmp.
enum ByteComparison {
  /// Whether two runs hold the same bytes.
  @inline(__always)
  static func equal(
    _ a: [UInt8], _ rangeA: ByteRange, _ b: [UInt8], _ rangeB: ByteRange
  ) -> Bool {
    guard rangeA.count == rangeB.count else { return false }
    return unsafe a.withUnsafeBytes { left in
      unsafe b.withUnsafeBytes { right in
        let l = unsafe UnsafeRawBufferPointer(rebasing: left[rangeA.positions])
        let r = unsafe UnsafeRawBufferPointer(rebasing: right[rangeB.positions])
        guard let lb = l.baseAddress, let rb = r.baseAddress else { return true }
        return unsafe memcmp(lb, rb, l.count) == 0
      }
    }
  }

  /// Whether a run holds exactly the UTF-8 of `text`.
  @inline(__always)
  static func equal(_ arena: [UInt8], _ range: ByteRange, _ text: StaticString) -> Bool {
    guard Int(range.count) == text.utf8CodeUnitCount else { return false }
    return unsafe arena.withUnsafeBytes { all in
      let run = unsafe UnsafeRawBufferPointer(rebasing: all[range.positions])
      guard let start = run.baseAddress else { return true }
      return unsafe memcmp(start, text.utf8Start, run.count) == 0
    }
  }

  /// Orders two runs by their bytes, a prefix first: negative, zero or positive.
  static func order(
    _ a: [UInt8], _ rangeA: ByteRange, _ b: [UInt8], _ rangeB: ByteRange
  ) -> Int {
    let common = Int(min(rangeA.count, rangeB.count))
    let difference = unsafe a.withUnsafeBytes { left in
      unsafe b.withUnsafeBytes { right in
        let l = unsafe UnsafeRawBufferPointer(rebasing: left[rangeA.positions])
        let r = unsafe UnsafeRawBufferPointer(rebasing: right[rangeB.positions])
        guard common > 0, let lb = l.baseAddress, let rb = r.baseAddress else { return 0 }
        return unsafe Int(memcmp(lb, rb, common))
      }
    }
    return difference != 0 ? difference : Int(rangeA.count) - Int(rangeB.count)
  }

  /// Orders two byte strings, a prefix first: negative, zero or positive.
  static func order(_ a: [UInt8], _ b: [UInt8]) -> Int {
    order(a, ByteRange(0, a.count), b, ByteRange(0, b.count))
  }

  /// A 64-bit hash of a run, mixed from eight bytes at a time. For tables in memory only: it is
  /// not part of the format.
  @inline(__always)
  static func hash(_ arena: [UInt8], _ range: ByteRange, seed: UInt64) -> UInt64 {
    unsafe arena.withUnsafeBytes { all in
      unsafe hash(UnsafeRawBufferPointer(rebasing: all[range.positions]), seed: seed)
    }
  }

  @inline(__always)
  private static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    let count = bytes.count
    var state = seed ^ (UInt64(count) &* 0x9E37_79B9_7F4A_7C15)
    var index = 0
    while index + 8 <= count {
      state = mix(
        state ^ (unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    if index == count { return state }
    // The last bytes in one piece: with some before them where there are any, else the first and
    // the last few, which may overlap.
    var tail: UInt64
    if count >= 8 {
      tail = unsafe bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
      let low = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let high = unsafe bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      tail = UInt64(high) << 32 | UInt64(low)
    } else {
      tail = UInt64(unsafe bytes[0]) << 16
      tail |= UInt64(unsafe bytes[count / 2]) << 8 | UInt64(unsafe bytes[count - 1])
    }
    state = mix(state ^ tail ^ 0xA076_1D64_78BD_642F)
    return state
  }

  /// Spreads every bit of `value` over the result (a 128-bit product folded in two).
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xE703_7ED1_A0B4_28DB).multipliedFullWidth(by: 0x8EBC_6AF0_9C88_C6E3)
    return product.high ^ product.low
  }
}

extension RawSpan {
  /// The byte at `offset`; traps outside.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian 32-bit integer at `offset`; traps outside.
  @inline(__always)
  func littleEndian32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The little-endian 64-bit integer at `offset`; traps outside.
  @inline(__always)
  func littleEndian64(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
