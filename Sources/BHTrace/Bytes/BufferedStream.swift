/// A stream that is read by the byte and by the run, and that knows how far it is.
protocol PositionedStream: AnyObject {
  /// Offset of the next byte.
  var offset: Int { get }

  /// The next byte, or nil at the end.
  func byte() throws -> UInt8?

  /// Appends the next `count` bytes to `out`, or fewer where the stream ends before; returns how
  /// many. Takes memory as the bytes come, not as they are promised.
  func take(_ count: Int, to out: inout [UInt8]) throws -> Int
}

/// A stream that can be looked into before it is read, and that knows how far it is.
package final class BufferedStream: ByteStream, PositionedStream {
  private var source: any ByteStream
  private var chunk: [UInt8] = []
  private var used = 0
  // What the source threw while it was only looked into: due when the bytes before it are read.
  private var failure: (any Error)?
  private(set) var offset: Int

  /// How much is asked of the source at a time (bytes).
  static let chunkSize = 1 << 18

  /// A stream of what is left of `source`, whose first byte counts as the one at `offset`.
  init(_ source: any ByteStream, offset: Int = 0) {
    self.source = source
    self.offset = offset
  }

  /// The next bytes without taking them: `count`, or fewer where the stream ends or fails before.
  func peek(_ count: Int) throws -> ArraySlice<UInt8> {
    while chunk.count - used < count && failure == nil {
      var more: [UInt8] = []
      do { more = try source.next(upTo: max(Self.chunkSize, count)) } catch { failure = error }
      if more.isEmpty { break }
      chunk.removeFirst(used)
      used = 0
      if chunk.isEmpty { chunk = more } else { chunk.append(contentsOf: more) }
    }
    if chunk.count == used, let failure { throw failure }
    return chunk[used..<min(chunk.count, used + count)]
  }

  func byte() throws -> UInt8? {
    guard try hasMore() else { return nil }
    defer { advance(1) }
    return chunk[used]
  }

  package func next(upTo limit: Int) throws -> [UInt8] {
    guard try hasMore() else { return [] }
    let count = min(limit, chunk.count - used)
    defer { advance(count) }
    return count == chunk.count ? chunk : Array(chunk[used..<(used + count)])
  }

  func take(_ count: Int, to out: inout [UInt8]) throws -> Int {
    var left = count
    while try left > 0 && hasMore() {
      let part = min(left, chunk.count - used)
      out.append(contentsOf: chunk[used..<(used + part)])
      advance(part)
      left -= part
    }
    return count - left
  }

  private func hasMore() throws -> Bool {
    if used == chunk.count {
      if let failure { throw failure }
      // Given back first, so that the next bytes may come in the same place.
      chunk = []
      used = 0
      chunk = try source.next(upTo: Self.chunkSize)
    }
    return used < chunk.count
  }

  private func advance(_ count: Int) {
    used += count
    offset += count
  }
}

/// The next so many bytes of a stream as a stream of their own.
final class LimitedStream: ByteStream, PositionedStream {
  private let source: BufferedStream
  /// How many bytes are still to come.
  private(set) var remaining: Int
  /// Whether the source ended before all were read.
  private(set) var isTorn = false

  /// The next `count` bytes of `source`.
  init(_ source: BufferedStream, count: Int) {
    self.source = source
    remaining = count
  }

  func next(upTo limit: Int) throws -> [UInt8] {
    if remaining == 0 { return [] }
    let bytes = try source.next(upTo: min(limit, remaining))
    remaining -= bytes.count
    if bytes.isEmpty { isTorn = true }
    return bytes
  }

  var offset: Int { source.offset }

  func byte() throws -> UInt8? {
    if remaining == 0 { return nil }
    guard let byte = try source.byte() else {
      isTorn = true
      return nil
    }
    remaining -= 1
    return byte
  }

  func take(_ count: Int, to out: inout [UInt8]) throws -> Int {
    let wanted = min(count, remaining)
    let taken = try source.take(wanted, to: &out)
    remaining -= taken
    if taken < wanted { isTorn = true }
    return taken
  }

  /// Steps over the bytes that are left.
  func skipRest() throws {
    while try !next(upTo: BufferedStream.chunkSize).isEmpty {}
  }
}

/// A stream that counts what passes.
final class CountedStream: ByteStream {
  private var source: any ByteStream
  /// The bytes so far.
  private(set) var count = 0

  /// Counts what is read of `source` from here on.
  init(_ source: any ByteStream) { self.source = source }

  func next(upTo limit: Int) throws -> [UInt8] {
    let bytes = try source.next(upTo: limit)
    count += bytes.count
    return bytes
  }
}
