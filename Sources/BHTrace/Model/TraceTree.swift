/// What the tree building found out about one span, and its status.
public struct SpanMarks: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The status is an error.
  public static let error = SpanMarks(rawValue: 1)
  /// A root that names a parent which is not in the trace.
  public static let orphan = SpanMarks(rawValue: 2)
  /// A root because its parent link closed a cycle (or named itself) and was cut.
  public static let cut = SpanMarks(rawValue: 4)
  /// A span whose id another span of the trace has already, Zipkin's shared
  /// client and server pair excepted.
  public static let duplicate = SpanMarks(rawValue: 8)
  /// A SERVER span that hangs under the CLIENT span of the same id.
  public static let shared = SpanMarks(rawValue: 16)
  /// A span whose own parent id is zeros, which is none: a root, or a child by a link.
  public static let zeroParent = SpanMarks(rawValue: 32)
  /// A child whose parent was taken from a CHILD_OF link; its own parent id is empty, or zeros.
  public static let linkedParent = SpanMarks(rawValue: 64)
  /// A span whose attributes, events and links were lost when an archive was repaired; its
  /// structure and ids stand.
  public static let payloadLost = SpanMarks(rawValue: 128)

  /// Whether the span has a parent id the tree does not give: its parent's place in the tree
  /// does not follow from it.
  var statesParent: Bool { rawValue & Self.stating.rawValue != 0 }
  private static let stating: SpanMarks = [.orphan, .cut, .shared, .zeroParent]

  /// Whether the parent id of a span that states none is that of the span above it.
  var hasParentAbove: Bool { !contains(.linkedParent) }
}

/// The shape and the times of one trace: what questions about structure are answered from.
///
/// Spans lie in pre-order: a parent before its children, roots and siblings in canonical order
/// (start, then span id bytes, then content). The same tree comes out whether it was built from
/// full spans or read from the structure index of an archive.
public struct TraceTree: Sendable, Equatable {
  /// For each span the position of its parent, always a smaller one; -1 for a root.
  public var parents: [Int32] = []
  /// For each span the number of its operation in the `NameTable` that comes with the tree.
  public var operations: [UInt32] = []
  /// Starts in nanoseconds since the Unix epoch (v1: since the start of the trace).
  public var starts: [UInt64] = []
  /// Ends, as they came: one may lie before its start.
  public var ends: [UInt64] = []
  /// Status and findings for each span.
  public var marks: [SpanMarks] = []
  /// v1: for each span its place in the file's tree; empty where that is the pre-order.
  package var filePositions: [UInt32] = []
  /// Whether ids are bytes or text.
  public var dialect = Dialect.otlp

  /// A trace without spans.
  package init() {}

  /// The number of spans.
  public var count: Int { parents.count }

  /// The position after the last descendant of the span at `position`: its subtree is
  /// `position..<end`, since the spans lie in pre-order. O(size of the subtree).
  public func subtreeEnd(_ position: Int) -> Int {
    var end = position + 1
    while end < parents.count && parents[end] >= Int32(position) { end += 1 }
    return end
  }

  /// The earliest start (0 without spans).
  public var earliestStart: UInt64 { starts.min() ?? 0 }

  /// Latest end minus earliest start, in nanoseconds; an end before its start counts as the
  /// start.
  public var duration: UInt64 {
    var latest: UInt64 = 0
    for position in 0..<count { latest = max(latest, max(ends[position], starts[position])) }
    return latest - earliestStart
  }
}

/// The names index-only readings print: services and operations.
public struct NameTable: Sendable, Equatable {
  /// One operation: spans of the same service, name and kind share it.
  public struct Operation: Sendable, Equatable {
    /// Index into `services`.
    public var service: UInt32
    /// The span name, as bytes.
    public var name: [UInt8]
    /// OTLP span kind.
    public var kind: Int32

    /// The operation `name` of the service with number `service`.
    package init(service: UInt32, name: [UInt8], kind: Int32) {
      self.service = service
      self.name = name
      self.kind = kind
    }
  }

  /// The service names, as bytes.
  public var services: [[UInt8]] = []
  /// The operations.
  public var operations: [Operation] = []

  /// No names.
  package init() {}

  /// The name of the service that operation `number` belongs to, as bytes.
  public func service(ofOperation number: UInt32) -> [UInt8] {
    services[Int(operations[Int(number)].service)]
  }
}
