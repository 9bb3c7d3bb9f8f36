/// Telemetry that is no traces, as its messages lie beside them in files of OTLP.
package enum OtherSignal: Int, CaseIterable, Sendable {
  case metrics, logs, profiles

  /// No messages of any of them.
  static var none: InlineArray<3, Int> { InlineArray(repeating: 0) }

  /// Which of them the key at `range` of `bytes` holds, in any spelling; nil for none.
  static func of(_ bytes: RawSpan, _ range: Range<Int>) -> OtherSignal? {
    if range.count > 17 { return nil }
    let name = bytes.array(range).filter { $0 != UInt8(ascii: "_") }.map { $0 | 0x20 }
    return allCases.first { name.elementsEqual("resource\($0)".utf8) }
  }
}
