extension ByteComparison {
  /// The first eight bytes of a run as a big-endian integer, zeros after a shorter one: runs
  /// whose prefixes differ are ordered like them, and runs of one length up to eight are equal
  /// where the prefixes are.
  @inline(__always)
  static func prefix(_ arena: [UInt8], _ range: ByteRange) -> UInt64 {
    unsafe arena.withUnsafeBytes { all in
      let run = unsafe UnsafeRawBufferPointer(rebasing: all[range.positions])
      if run.count >= 8 {
        return UInt64(bigEndian: unsafe run.loadUnaligned(as: UInt64.self))
      }
      var value: UInt64 = 0
      for index in 0..<run.count {
        value |= UInt64(unsafe run[index]) << UInt64(56 - 8 * index)
      }
      return value
    }
  }

  /// Whether a run has no other bytes than zeros, or none at all.
  static func isZero(_ arena: [UInt8], _ range: ByteRange) -> Bool {
    arena[range.positions].allSatisfy { $0 == 0 }
  }
}
