/// Jaeger's warnings as the value of an attribute: an array of strings.
enum WarningList {
  /// The key of a span's own warnings.
  static let spanKey: StaticString = "jaeger.warnings"
  /// The key of the trace's warnings, on one of its spans.
  static let traceKey: StaticString = "jaeger.trace_warnings"

  /// The `ArrayValue` message of `texts`.
  static func wireForm(_ texts: [[UInt8]]) -> [UInt8] {
    var list: [UInt8] = []
    for text in texts {
      var value: [UInt8] = []
      value.appendField(OTLPTag.AnyValue.string, text)
      list.appendField(OTLPTag.List.values, value)
    }
    return list
  }

  /// The strings of the `ArrayValue` message at `run` of `arena`; nil where there are none, or
  /// anything else.
  static func texts(_ run: ByteRange, of arena: [UInt8]) -> [ByteRange]? {
    var texts: [ByteRange] = []
    do throws(FormatError) {
      var list = WindowCursor(arena, base: 0).window(run)
      while !list.isAtEnd {
        if try list.varint() != OTLPTag.List.values { return nil }
        let item = try list.delimited()
        var value = list.window(item)
        if value.isAtEnd { return nil }
        if try value.varint() != OTLPTag.AnyValue.string { return nil }
        texts.append(try value.delimited())
        if !value.isAtEnd { return nil }
      }
    } catch { return nil }
    return texts.isEmpty ? nil : texts
  }
}
