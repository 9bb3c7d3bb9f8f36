package import BHTrace

/// Attributes that a query asks for and that archives do not have.
package enum UnknownKeys {
  /// Such an attribute.
  package struct Key: Sendable {
    /// How the query writes it.
    package var name: String
    /// A name that is there and is nearly the same.
    package var nearest: String?
  }

  /// Those of the pipeline `stages`, each once, in the order they stand in; `keys` is what the archives
  /// have.
  package static func of(_ stages: [Stage], _ keys: AttributeKeys) -> [Key] {
    names(in: stages).compactMap { name in
      let owners = owners(name.scope)
      if let row = keys.rows[name.key], !row.owners.isDisjoint(with: owners) { return nil }
      let there = keys.rows.values.filter { !$0.owners.isDisjoint(with: owners) }
        .map { String(decoding: $0.key, as: UTF8.self) }.sorted()
      let text = String(decoding: name.key, as: UTF8.self)
      return Key(
        name: name.scope.prefix + text,
        nearest: Spelling.nearest(text, among: there).map { name.scope.prefix + $0 })
    }
  }

  /// The attributes that `stages` ask for, each once, but for the service's name, which always is
  /// there.
  package static func names(in stages: [Stage]) -> [AttributeName] {
    SpanQuery(stages, asTempo: false).fields.fields.compactMap(\.attribute)
      .filter { $0.key != TermFields.Field.serviceName }
  }

  private static func owners(_ scope: AttributeName.Scope) -> Set<AttributeKeys.Owner> {
    switch scope {
    case .span, .parentSpan: [.span]
    case .resource, .parentResource: [.resource]
    case .any, .parent: [.span, .resource]
    case .event: [.event]
    case .link: [.link]
    case .instrumentation: [.scope]
    }
  }
}
