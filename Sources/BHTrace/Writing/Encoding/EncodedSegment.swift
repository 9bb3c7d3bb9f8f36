/// A segment as it goes into the file, and what the directory has to know of it.
struct EncodedSegment: Sendable {
  /// A trace, or the segment's part of one, as the look-up finds it.
  struct Lookup: Sendable {
    var hash: UInt64
    /// The chunk it lies or begins in, counted in the segment.
    var chunk: UInt32
    /// Its number in the chunk.
    var slot: UInt32
    /// 0, or 1 + the number of its kind.
    var kind: UInt32
  }

  var bytes: [UInt8] = []
  /// Where its parts lie, from its own start.
  var location = Locations.Segment()
  /// What it holds; `services` is empty.
  var summary = Summaries.Segment()
  /// The services it has spans of.
  var services: [[UInt8]] = []
  var lookups: [Lookup] = []
  /// Its sections' bits among the compatible features.
  var features: UInt32 = 0
  /// Spans that are exact copies of others, whether they were left out or not.
  var copies = 0
}
