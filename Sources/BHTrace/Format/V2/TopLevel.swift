/// The directory's upper level, in front of the footer: all segments' descriptions, and which
/// LOOKUP page holds which keys.
///
/// ```
/// TopLevel := segments varint
///             (offset varint   length varint   Description)*
///             key bits (1)   lookup pages varint
///             (stored length varint   first key: distance to the previous page's, varint)*
///             zeros, so that the length of the file is a multiple of 64
/// ```
/// The footer holds the top level's length and CRC-32C. A segment's offset is the distance to the
/// end of the previous one (the first: to the end of the file header). LOOKUP pages lie one after
/// the other from the directory offset.
struct TopLevel: Sendable, Equatable {
  struct Segment: Sendable, Equatable {
    var offset: Int
    var length: Int
    var description: SegmentDescription
  }

  struct LookupEntry: Sendable, Equatable {
    var stored: Int
    var firstKey: UInt64
  }

  /// The length of an archive is a multiple of this, and that of a v1 file seldom is: a reader
  /// knows which end to look at first.
  static let fileAlignment = 64

  var segments: [Segment] = []
  var keyBits = 13
  var lookups: [LookupEntry] = []

  /// Encodes the top level of a file in which it starts at `offset`, padding included.
  func encode(at offset: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(segments.count)
    var end = FileHeader.byteCount
    for segment in segments {
      writer.varint(segment.offset - end)
      writer.varint(segment.length)
      segment.description.encode(to: &writer)
      end = segment.offset + segment.length
    }
    writer.byte(UInt8(keyBits))
    writer.varint(lookups.count)
    var previous: UInt64 = 0
    for lookup in lookups {
      writer.varint(lookup.stored)
      writer.varint(lookup.firstKey - previous)
      previous = lookup.firstKey
    }
    let fileEnd = offset + writer.count + Footer.byteCount
    let padding = (Self.fileAlignment - fileEnd % Self.fileAlignment) % Self.fileAlignment
    writer.append([UInt8](repeating: 0, count: padding))
    return writer.bytes
  }

  /// Decodes `bytes`, which lie at `offset` of the file and whose checksum was compared. Segments
  /// and pages have to lie before `directory`, and between it and `offset`.
  static func decode(
    _ bytes: [UInt8], at offset: Int, directory: Int
  ) throws(FormatError) -> TopLevel {
    var cursor = ByteCursor(bytes.rawSpan, base: offset)
    var top = TopLevel()
    let segmentCount = try cursor.count(upTo: cursor.remaining, "the number of segments")
    var end = FileHeader.byteCount
    for _ in 0..<segmentCount {
      let gap = try cursor.count(upTo: directory, "a segment's offset")
      let start = end + gap
      guard start <= directory else {
        throw FormatError(
          .outOfBounds, at: cursor.base + cursor.position,
          "a segment is said to start at \(start), behind the directory's start at \(directory)")
      }
      let length = try cursor.count(upTo: directory - start, "a segment's length")
      let description = try SegmentDescription.decode(from: &cursor, segmentLength: length)
      top.segments.append(Segment(offset: start, length: length, description: description))
      end = start + length
    }
    top.keyBits = Int(try cursor.byte())
    guard (1...64).contains(top.keyBits) else {
      throw FormatError(
        .invalid, at: cursor.base + cursor.position - 1,
        "LOOKUP keys are said to have \(top.keyBits) bits")
    }
    let pages = try cursor.count(upTo: cursor.remaining, "the number of LOOKUP pages")
    var key: UInt64 = 0
    var room = offset - directory
    for _ in 0..<pages {
      let stored = try cursor.count(upTo: room, "a LOOKUP page's length")
      room -= stored
      key = key &+ (try cursor.varint())
      top.lookups.append(LookupEntry(stored: stored, firstKey: key))
    }
    guard room == 0 else {
      throw FormatError(
        .outOfBounds, at: offset, "the LOOKUP pages leave \(room) bytes of the directory over")
    }
    while cursor.remaining > 0 {
      guard try cursor.byte() == 0 else {
        throw FormatError(
          .invalid, at: cursor.base + cursor.position - 1, "padding of the top level is not zero")
      }
    }
    return top
  }
}
