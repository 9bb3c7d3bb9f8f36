/// The hash by which VALUES finds a value: part of the format, so that any reader can compute it.
///
/// `TraceHash.hash` of: the kind (1 byte), the key, 0xFF, the value. The key of an attribute is its
/// bytes, that of a field of the model its number (`FieldKey`, 1 byte). The value is its bytes; of an
/// int 8 bytes, little-endian.
///
/// VALUES are pages of these hashes (`HashedPages`): of the text of kind string, the bytes and the ints
/// of slots that are no constants of their shapes, whose values are in no value table and whose words
/// POSTINGS do not list, of spans, events and links alike; of attributes, and of the fields for the
/// status message and the trace state. Each hash is there with every chunk that has the value. HEAD
/// lists the words of which that is so: what of them is in no shape, table, posting or page is not in
/// the segment. Where no such value is left, a segment lists words and has no VALUES.
struct ValueHash: Sendable, Equatable {
  /// FNV-1a over what came so far.
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The begin of the hashes of all values of an attribute `key`.
  init(kind: AttributeRecord.Kind, key: [UInt8]) {
    append(kind.rawValue)
    for byte in key { append(byte) }
    append(0xFF)
  }

  /// The begin of the hashes of all values of `field`.
  init(_ field: FieldKey) { self.init(kind: field.kind, key: [UInt8(field.rawValue)]) }

  @inline(__always)
  private mutating func append(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The hash of the value at `range` of `arena`.
  @inline(__always)
  func hash(_ arena: [UInt8], _ range: ByteRange) -> UInt64 {
    var all = self
    for byte in arena[range.positions] { all.append(byte) }
    return all.finished
  }

  /// The hash of the value `bytes`.
  func hash(_ bytes: [UInt8]) -> UInt64 { hash(bytes, ByteRange(0, bytes.count)) }

  /// The hash of an int.
  @inline(__always)
  func hash(int bits: UInt64) -> UInt64 {
    var all = self
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      all.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    return all.finished
  }

  /// The finalizer of MurmurHash3.
  private var finished: UInt64 {
    var mixed = state
    mixed ^= mixed >> 33
    mixed &*= 0xFF51_AFD7_ED55_8CCD
    mixed ^= mixed >> 33
    mixed &*= 0xC4CE_B9FE_1A85_EC53
    return mixed ^ mixed >> 33
  }
}
