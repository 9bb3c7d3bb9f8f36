/// Spans in the form that scratch files hold: a few words a span and a word an attribute, over an
/// arena of bytes. For the run that made them only, never for files that last.
///
/// A span's bytes lie in one window of the arena, mostly as they lay in the batch it came from, so
/// that packing copies each span in one piece. Its ranges count from the start of the window; so a
/// packed span can be moved without being unpacked.
///
///     word 0   place of the window in the arena, bytes in it << 32
///     word 1   resource, scope << 32
///     word 2   words of the span, `Traits` << 32
///     word 3   start
///     word 4   end
///     word 5   kind, status code << 32
///     word 6   the number of attributes
///     word 7…  trace id, span id, parent id and name: a gap and a count of eight bits each; with the
///              trait `wide` a word each, offset, count << 32
///              what the traits say is there
///              the attributes, the events and their attributes, the links and their attributes
struct PackedSpans {
  /// The spans, one after the other.
  var words: [UInt64] = []
  /// The arena, and the resources, scopes and v1 files; no spans.
  var base = SpanBatch()

  /// What a span has beside what every span has.
  struct Traits: OptionSet {
    let rawValue: UInt32

    static let traceState = Traits(rawValue: 1)
    static let statusMessage = Traits(rawValue: 2)
    static let extra = Traits(rawValue: 4)
    static let flags = Traits(rawValue: 8)
    static let dropped = Traits(rawValue: 16)
    static let events = Traits(rawValue: 32)
    static let links = Traits(rawValue: 64)
    static let filePosition = Traits(rawValue: 128)
    static let hasStatus = Traits(rawValue: 256)
    static let isV1 = Traits(rawValue: 512)
    static let wide = Traits(rawValue: 1024)
  }

  /// How an attribute is one word: kind, gap before the key, count of the key, gap before the value,
  /// count of the value. A gap counts from the end of the range before. What does not fit follows
  /// the word `escape` as it is.
  enum AttributeWord {
    static let gapLimit: UInt32 = 1 << 8
    static let keyLimit: UInt32 = 1 << 12
    static let valueLimit: UInt32 = 1 << 28
    static let escape: UInt64 = 0xFF
  }

  /// The number of words of a span that has nothing but what every span has.
  static let headWords = 8

  /// The number of words of the span that begins at word `index`.
  func wordCount(at index: Int) -> Int { Int(UInt32(truncatingIfNeeded: words[index + 2])) }

  /// The numbers of resource and scope of the span that begins at word `index`.
  func origins(at index: Int) -> (resource: UInt32, scope: UInt32) {
    let pair = words[index + 1]
    return (UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair >> 32))
  }

  /// The memory the spans take (bytes).
  var byteCount: Int { words.count * 8 + base.memoryBytes }

  /// Adds the span that begins at word `index` of `other`, as one of resource and scope number
  /// `resource` and `scope` of these.
  mutating func move(_ index: Int, of other: PackedSpans, resource: UInt32, scope: UInt32) {
    let window = other.words[index]
    let start = Int(UInt32(truncatingIfNeeded: window))
    let count = Int(window >> 32)
    let place = base.arena.count
    base.arena.append(start..<(start + count), of: other.base.arena)
    words.append(UInt64(place) | UInt64(count) << 32)
    words.append(UInt64(resource) | UInt64(scope) << 32)
    words.append(contentsOf: other.words[(index + 2)..<(index + other.wordCount(at: index))])
  }
}
