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

  /// Those of `query`, each once, in the order they stand in; `keys` is what the archives have.
  package static func of(_ query: Query, _ keys: AttributeKeys) -> [Key] {
    names(in: query).compactMap { name in
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

  /// The attributes that `query` asks for, each once, but for the service's name, which always is there.
  package static func names(in query: Query) -> [AttributeName] {
    var names: [AttributeName] = []
    func add(_ expression: FieldExpression) {
      expression.forEachField { field, _ in
        if case .attribute(let name) = field, !names.contains(name) { names.append(name) }
      }
    }
    func add(_ stages: [Stage]) { for stage in stages { forEachExpression(of: stage, add) } }
    func add(_ metrics: MetricsExpression) {
      switch metrics {
      case .number: break
      case .series(let stages, let function, _):
        add(stages)
        for field in function.by { add(.field(field.name, field.range)) }
        if let field = function.kind.field { add(.field(field.name, field.range)) }
      case .reduced(let inner, _, _): add(inner)
      case .arithmetic(_, let left, let right, _):
        add(left)
        add(right)
      }
    }
    switch query.body {
    case .spansets(let stages): add(stages)
    case .metrics(let expression): add(expression)
    }
    return names.filter { $0.key != TermFields.Field.serviceName }
  }

  private static func forEachExpression(
    _ spanset: SpansetExpression, _ body: (FieldExpression) -> Void
  ) {
    switch spanset {
    case .filter(let filter, _): if let filter { body(filter) }
    case .operation(_, let left, let right, _):
      forEachExpression(left, body)
      forEachExpression(right, body)
    case .without(let part, _): forEachExpression(part, body)
    case .pipeline(let stages, _): for stage in stages { forEachExpression(of: stage, body) }
    }
  }

  private static func forEachExpression(of stage: Stage, _ body: (FieldExpression) -> Void) {
    switch stage {
    case .spansets(let spanset): forEachExpression(spanset, body)
    case .scalarFilter(_, let left, let right, _):
      for scalar in [left, right] { forEachExpression(scalar, body) }
    case .by(let expression, _): body(expression)
    case .coalesce: break
    case .select(let fields, _): for field in fields { body(.field(field.name, field.range)) }
    }
  }

  private static func forEachExpression(
    _ scalar: ScalarExpression, _ body: (FieldExpression) -> Void
  ) {
    switch scalar {
    case .number: break
    case .aggregate(let aggregate, _): if let part = aggregate.expression { body(part) }
    case .pipeline(let stages, let aggregate, _):
      for stage in stages { forEachExpression(of: stage, body) }
      if let part = aggregate.expression { body(part) }
    case .arithmetic(_, let left, let right, _):
      forEachExpression(left, body)
      forEachExpression(right, body)
    }
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
