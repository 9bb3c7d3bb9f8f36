internal import CArchive

/// Feeds libarchive from a stream, and keeps what it cannot be told or does not tell: what the
/// stream threw, and how it ended.
@safe final class ContainerFeed {
  private var source: any ByteStream
  private let buffer: UnsafeMutablePointer<UInt8>
  /// What the stream threw.
  private(set) var failure: (any Error)?
  /// The last bytes so far, as many as a zip's directory may end before.
  private(set) var tail: [UInt8] = []
  /// How many bytes came so far.
  private(set) var count = 0

  private static let chunkSize = 1 << 16
  /// The end of a zip: 22 bytes and a comment.
  private static let tailSize = 22 + Int(UInt16.max)

  /// Feeds what is left of `source`.
  init(_ source: any ByteStream) {
    self.source = source
    unsafe buffer = .allocate(capacity: Self.chunkSize)
  }

  deinit { unsafe buffer.deallocate() }

  /// The next chunk, in memory that stays until the chunk after it is asked for; empty at the end
  /// and where the stream throws.
  func next() -> UnsafeBufferPointer<UInt8> {
    var bytes: [UInt8] = []
    if failure == nil {
      do { bytes = try source.next(upTo: Self.chunkSize) } catch { failure = error }
    }
    unsafe bytes.withUnsafeBufferPointer {
      guard let start = $0.baseAddress else { return }
      unsafe buffer.update(from: start, count: $0.count)
    }
    keepTail(bytes)
    return unsafe UnsafeBufferPointer(start: buffer, count: bytes.count)
  }

  /// Reads the stream to its end.
  func drain() throws {
    while !(unsafe next().isEmpty) {}
    if let failure { throw failure }
  }

  private func keepTail(_ bytes: [UInt8]) {
    count += bytes.count
    tail += bytes
    if tail.count > 4 * Self.tailSize { tail.removeFirst(tail.count - Self.tailSize) }
  }

  /// Has libarchive read from here. Corresponds to `archive_read_open`.
  func open(_ archive: OpaquePointer, _ library: bht_archive) -> Int32 {
    unsafe library.read_open(
      archive, Unmanaged.passUnretained(self).toOpaque(), nil,
      { _, context, start in
        guard let context = unsafe context, let start = unsafe start else { return -1 }
        let feed = unsafe Unmanaged<ContainerFeed>.fromOpaque(context).takeUnretainedValue()
        let chunk = unsafe feed.next()
        unsafe start.pointee = UnsafeRawPointer(chunk.baseAddress)
        return feed.failure == nil ? chunk.count : -1
      }, nil)
  }
}
