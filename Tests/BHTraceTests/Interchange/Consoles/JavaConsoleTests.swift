import Testing

@testable import BHTrace

struct JavaConsoleTests {
  @Test func theLoggingExportersLinesAreNamedAndNotRead() throws {
    let read = try ReadSpans(path: PackageFile.folder + "/corpus/formats/java-console.txt")
    #expect(read.count == 0)
    #expect(read.report.problems.map(\.code) == [.noSpans])
    #expect(
      read.report.problems[0].what
        == "the logging exporter of OpenTelemetry's Java SDK prints neither times nor parents of "
        + "spans; let its OTLP JSON exporter log them (otel.traces.exporter=logging-otlp)")
  }
}
