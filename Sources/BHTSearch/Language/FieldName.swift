/// The name of something a span has: an attribute or an intrinsic field.
package enum FieldName: Sendable, Hashable {
  case attribute(AttributeName)
  case intrinsic(Intrinsic)
}

/// The name of an attribute, and where it is looked for.
package struct AttributeName: Sendable, Hashable {
  /// Whose attribute it is.
  package enum Scope: Sendable, Hashable, CaseIterable {
    /// `.key`: the span's, or else its resource's.
    case any
    case span
    case resource
    case event
    case link
    case instrumentation
    /// `parent.key`: the parent span's, or else its resource's.
    case parent
    case parentSpan
    case parentResource
  }

  /// Whose attribute it is.
  package var scope: Scope
  /// The key, as bytes.
  package var key: [UInt8]

  /// The attribute `key` of `scope`.
  package init(_ scope: Scope, _ key: [UInt8]) {
    self.scope = scope
    self.key = key
  }

  /// The attribute `key` of `scope`.
  package init(_ scope: Scope, _ key: String) { self.init(scope, Array(key.utf8)) }
}

extension AttributeName.Scope {
  /// What stands before the key in a query.
  package var prefix: String {
    switch self {
    case .any: "."
    case .span: "span."
    case .resource: "resource."
    case .event: "event."
    case .link: "link."
    case .instrumentation: "instrumentation."
    case .parent: "parent."
    case .parentSpan: "parent.span."
    case .parentResource: "parent.resource."
    }
  }
}
