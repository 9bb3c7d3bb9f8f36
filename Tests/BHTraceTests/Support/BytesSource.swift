@testable import BHTrace

/// Bytes in memory as a source, with the small tail of a local file.
struct BytesSource: ByteSource {
  var bytes: [UInt8]
  var tailGuess = 2048
  var coalescingGap = 0
  var byteCount: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(_ ranges: [Range<Int>]) throws -> [[UInt8]] { ranges.map { Array(bytes[$0]) } }
}

/// The archive of `batches`.
func archive(
  _ batches: [SpanBatch], options: FormatOptions = FormatOptions(), threads: Int = 1,
  memory: Int = 512 << 20
) throws -> [UInt8] {
  var writer = ArchiveWriter(options: options, threads: threads, memory: memory)
  for batch in batches { try writer.add(batch) }
  var bytes: [UInt8] = []
  _ = try writer.finish { bytes += $0 }
  return bytes
}
