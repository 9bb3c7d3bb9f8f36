/// One reference of a Jaeger span.
struct JaegerReference {
  /// How the span depends on the other one.
  enum Kind: Equatable { case childOf, followsFrom, other }

  var kind: Kind
  /// The type as it is written.
  var type: ByteRange
  var traceID: ByteRange
  var spanID: ByteRange
}

/// Which reference is the parent, and which are links.
///
/// The parent is the first CHILD_OF reference to the same trace, else the first FOLLOWS_FROM to it.
/// The links are all other references, in order, with their type as `opentracing.ref_type`, as in
/// Jaeger's own translation. A FOLLOWS_FROM parent is a link as well, so that its type is kept, and
/// so is a CHILD_OF parent where the other references would give the same one (`areAllLinks`):
/// then the writer writes just the links, else a CHILD_OF reference before them.
enum JaegerReferences {
  /// The key of the attribute that keeps a link's type.
  static let typeKey = ParentLink.typeKey

  /// The index of the parent among references that are each `(kind, is it one to the same trace)`.
  static func parent(_ references: [(kind: JaegerReference.Kind, isLocal: Bool)]) -> Int? {
    references.firstIndex { $0.kind == .childOf && $0.isLocal }
      ?? references.firstIndex { $0.kind == .followsFrom && $0.isLocal }
  }

  /// Whether references are all links beside `parent`: where all CHILD_OF references to the same
  /// trace are to the parent, and the first FOLLOWS_FROM to it is as well.
  ///
  /// One CHILD_OF more or less does not change the answer, so the writer can tell from the links
  /// what the reader did.
  static func areAllLinks(
    _ references: [(kind: JaegerReference.Kind, isLocal: Bool)], isParent: (Int) -> Bool
  ) -> Bool {
    var isFirst = true
    for (index, reference) in references.enumerated() where reference.isLocal {
      switch reference.kind {
      case .childOf: if !isParent(index) { return false }
      case .followsFrom:
        if isFirst && !isParent(index) { return false }
        isFirst = false
      case .other: break
      }
    }
    return !isFirst
  }
}
