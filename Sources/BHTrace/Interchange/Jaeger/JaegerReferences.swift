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
/// so is the CHILD_OF parent where the links alone would give the same parent: then the writer
/// writes just the links, else a CHILD_OF reference before them.
enum JaegerReferences {
  /// The key of the attribute that keeps a link's type.
  static let typeKey: StaticString = "opentracing.ref_type"

  /// The index of the parent among references that are each `(kind, is it one to the same trace)`.
  static func parent(_ references: [(kind: JaegerReference.Kind, isLocal: Bool)]) -> Int? {
    references.firstIndex { $0.kind == .childOf && $0.isLocal }
      ?? references.firstIndex { $0.kind == .followsFrom && $0.isLocal }
  }

  /// Whether references that are all links give `parent` by themselves, as the reader sees it: the
  /// first FOLLOWS_FROM to the same trace without any CHILD_OF to it, or a CHILD_OF that is kept
  /// because of such a FOLLOWS_FROM.
  static func links(
    _ references: [(kind: JaegerReference.Kind, isLocal: Bool)], isParent: (Int) -> Bool
  ) -> Bool {
    guard let index = parent(references), isParent(index) else { return false }
    return references[index].kind == .followsFrom
      || keepsParent(references, without: index, isParent: isParent)
  }

  /// Whether the references without the CHILD_OF at `index` would give the same parent.
  static func keepsParent(
    _ references: [(kind: JaegerReference.Kind, isLocal: Bool)], without index: Int,
    isParent: (Int) -> Bool
  ) -> Bool {
    if references.indices.contains(where: {
      $0 != index && references[$0].kind == .childOf && references[$0].isLocal
    }) {
      return false
    }
    guard
      let next = references.firstIndex(where: { $0.kind == .followsFrom && $0.isLocal })
    else { return false }
    return isParent(next)
  }
}
