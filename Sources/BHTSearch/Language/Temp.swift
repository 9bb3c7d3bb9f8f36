extension FieldExpression { package var text: String { "" } }
