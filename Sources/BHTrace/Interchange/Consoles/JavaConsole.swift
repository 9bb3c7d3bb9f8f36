/// Lines of the logging exporter of OpenTelemetry's Java SDK, recognised to say why they are not
/// read: `'name' : trace span KIND [tracer: scope:version] AttributesMap{…}` has neither times nor
/// parents, so no trace can be made of them. (The exporter for OTLP JSON logs whole spans.)
enum JavaConsole {
  static let format = Sniffer.Format(
    name: "OpenTelemetry's Java console",
    recognise: { head in TextLines.first(of: head).contains(where: isSpan) ? .documents : nil },
    open: { stream, _ in
      WithoutSpans(
        "the logging exporter of OpenTelemetry's Java SDK prints neither times nor parents of "
          + "spans; let its OTLP JSON exporter log them (otel.traces.exporter=logging-otlp)")
    }, holdsSpans: false)

  /// `' : `, two ids, a word in capitals, `[tracer: `.
  private static func isSpan(_ line: [UInt8]) -> Bool {
    guard let tracer = CollectorLine.find(" [tracer: ", in: line),
      let name = CollectorLine.find("' : ", in: line), name < tracer
    else { return false }
    let words = line[(name + 4)..<tracer].split(separator: 0x20)
    return words.count == 3 && words[0].count == 32 && words[1].count == 16
  }
}
