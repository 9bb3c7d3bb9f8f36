extension PackedSpans {
  /// The spans as bytes: each array as it lies in memory, made shorter where that goes fast.
  struct Image: Sendable {
    /// The arrays end to end.
    private(set) var bytes: [UInt8] = []
    /// Of each array the bytes here, and the number of its records.
    private(set) var arrays: [(stored: Int, records: Int)] = []

    fileprivate mutating func append<Record>(_ records: [Record]) {
      let start = bytes.count
      if let shorter = LZ4.compressFast(records, acceleration: 4) {
        // Most blocks are their arena.
        if bytes.isEmpty { bytes = shorter } else { bytes.append(contentsOf: shorter) }
      } else {
        unsafe records.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      }
      arrays.append((bytes.count - start, records.count))
    }
  }

  /// The image of the spans.
  func image() -> Image {
    var image = Image()
    image.append(base.arena)
    image.append(words)
    image.append(base.attributes)
    image.append(base.resources)
    image.append(base.scopes)
    image.append(base.v1Files)
    return image
  }

  /// The spans of an image of this process, given its bytes and what it says of its arrays; nil
  /// where these do not agree.
  init?(_ bytes: [UInt8], _ arrays: [(stored: Int, records: Int)]) {
    var next = 0
    func take<Record>(_ number: Int, _ empty: Record) -> [Record]? {
      let (stored, count) = arrays[number]
      guard stored <= bytes.count - next else { return nil }
      let part = bytes.rawSpan.extracting(next..<(next + stored))
      next += stored
      if stored != count * MemoryLayout<Record>.stride {
        return LZ4.decompress(part, count: count, of: Record.self)
      }
      return unsafe part.withUnsafeBytes { bytes in
        unsafe [Record](unsafeUninitializedCapacity: count) { buffer, filled in
          unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
          filled = count
        }
      }
    }
    guard arrays.count == 6, let arena = take(0, UInt8(0)), let words = take(1, UInt64(0)),
      let attributes = take(2, AttributeRecord(key: .empty, kind: .absent)),
      let resources = take(3, ResourceRecord()), let scopes = take(4, ScopeRecord()),
      let v1Files = take(5, V1FileRecord())
    else { return nil }
    self.words = words
    base.arena = arena
    base.attributes = attributes
    base.resources = resources
    base.scopes = scopes
    base.v1Files = v1Files
  }
}

extension SpanBatch {
  /// The memory the batch takes (bytes), spare room in its arrays not counted.
  var memoryBytes: Int {
    arena.count + spans.count * MemoryLayout<SpanRecord>.stride
      + attributes.count * MemoryLayout<AttributeRecord>.stride
      + events.count * MemoryLayout<EventRecord>.stride
      + links.count * MemoryLayout<LinkRecord>.stride
      + resources.count * MemoryLayout<ResourceRecord>.stride
      + scopes.count * MemoryLayout<ScopeRecord>.stride
      + v1Files.count * MemoryLayout<V1FileRecord>.stride
  }
}
