/// The hash by which LOOKUP finds a trace: part of the format, so that any reader can compute it.
///
/// 64-bit FNV-1a over the bytes of the id, then the 64-bit finalizer of MurmurHash3.
enum TraceHash {
  static func hash(_ id: [UInt8]) -> UInt64 {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state ^= state >> 33
    state &*= 0xFF51_AFD7_ED55_8CCD
    state ^= state >> 33
    state &*= 0xC4CE_B9FE_1A85_EC53
    return state ^ state >> 33
  }
}
