/// Keys of values that are fields of the model, not attributes: numbers below every attribute's.
enum FieldKey: UInt32, Sendable, CaseIterable {
  case statusMessage = 0
  case traceState = 1
  case flags = 2
  case droppedAttributes = 3
  case droppedEvents = 4
  case droppedLinks = 5
  case extra = 6
  case v1Header = 7
  case v1Tree = 8
  case v1Payload = 9

  /// Attribute keys are numbered from here.
  static let attributeBase: UInt32 = 16

  /// The one kind values of this field have.
  var kind: AttributeRecord.Kind {
    switch self {
    case .statusMessage, .traceState: .string
    case .flags, .droppedAttributes, .droppedEvents, .droppedLinks: .int
    case .extra, .v1Header, .v1Tree, .v1Payload: .bytes
    }
  }
}

/// A key and the kind of its value, in one number: key · 16 + kind.
struct SlotWord: Sendable, Hashable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(key: UInt32, kind: AttributeRecord.Kind) {
    rawValue = key << 4 | UInt32(kind.rawValue)
  }

  init(_ field: FieldKey) { self.init(key: field.rawValue, kind: field.kind) }

  var key: UInt32 { rawValue >> 4 }

  /// The kind; nil for numbers the model does not know.
  var kind: AttributeRecord.Kind? { AttributeRecord.Kind(rawValue: UInt8(rawValue & 15)) }

  /// The field of the model, or nil for an attribute.
  var field: FieldKey? { FieldKey(rawValue: key) }

  /// Whether values are text, or hold text that may recur with variables in it.
  var mayHaveTemplates: Bool {
    switch kind {
    case .string, .array, .keyValueList: true
    default: false
    }
  }

  /// The highest key number a word can hold.
  static let largestKey = Int(UInt32.max >> 4)
}

/// The value of a slot that is the same in every span of the shape.
struct Constant: Sendable, Equatable {
  /// A scalar value.
  var bits: UInt64 = 0
  /// The value of a kind that has bytes.
  var bytes: [UInt8] = []
}

/// One place of a shape: a field or attribute, and its value where that is always the same.
struct Slot: Sendable, Equatable {
  var word: SlotWord
  var constant: Constant?
}

/// What recurs in spans of one operation: status, fields that are set, attribute keys and kinds.
struct SpanShape: Sendable, Equatable {
  var operation: UInt32 = 0
  var statusCode: Int32 = 0
  var hasStatus = false
  var hasEvents = false
  var hasLinks = false
  var slots: [Slot] = []

  /// The three yes-or-no fields as bits.
  var flags: UInt8 { (hasStatus ? 1 : 0) | (hasEvents ? 2 : 0) | (hasLinks ? 4 : 0) }

  mutating func setFlags(_ bits: UInt8) {
    hasStatus = bits & 1 != 0
    hasEvents = bits & 2 != 0
    hasLinks = bits & 4 != 0
  }
}

/// What recurs in events: the name, fields that are set, attribute keys and kinds.
struct EventShape: Sendable, Equatable {
  var name: [UInt8] = []
  /// Times are multiples of 1, 10^3, 10^6 or 10^9 ns from the span's start: 0...3.
  var unit: UInt8 = 0
  var slots: [Slot] = []
}

/// What recurs in links: fields that are set, attribute keys and kinds.
struct LinkShape: Sendable, Equatable {
  var slots: [Slot] = []
}

/// Everything blocks of a segment refer to.
struct SegmentTables: Sendable {
  /// Attribute keys; their numbers start at `FieldKey.attributeBase`.
  var keys: [[UInt8]] = []
  /// A decoded section: where each key lies in the catalog's arena.
  var keyRanges: [ByteRange] = []
  /// Resources and scopes with their attributes; its arrays of spans, events and links are empty.
  var catalog = SpanBatch()
  /// For each operation the (resource, scope) pairs its spans have, by number in `catalog`.
  var contexts: [[(resource: UInt32, scope: UInt32)]] = []
  /// For each operation the shapes of its spans.
  var spanShapes: [[SpanShape]] = []
  var eventShapes: [EventShape] = []
  var linkShapes: [LinkShape] = []
  /// Recurring values by slot word, in ascending order of the words.
  var values: [(word: SlotWord, values: [[UInt8]])] = []
  /// Templates of text by slot word, in ascending order of the words.
  var templates: [(word: SlotWord, templates: [TextTemplate])] = []
}
