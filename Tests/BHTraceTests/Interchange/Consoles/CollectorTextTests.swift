import Testing

@testable import BHTrace

struct CollectorTextTests {
  private static let hook =
    #"{"trace_id":"470965deabdd7b05e92bab26e2c9c2c0","span_id":"f228bdc87426ef9f","#
    + #""parent_span_id":"ba4b42ec09e4a565","service":"buildkite-agent","#
    + #""operation":"agent environment hook","kind":"internal","start_ns":1698107995217447464,"#
    + #""duration_ns":451446543,"status":"unset","status_message":"","#
    + #""attributes":{"analytics.event":"true","hook.name":"environment"},"events":[],"#
    + #""links":[],"resource":{"service.name":"buildkite-agent"},"#
    + #""scope":{"name":"buildkite-agent","version":"","attributes":{}}}"#
  private static let select =
    #"{"trace_id":"2f4b6d8e1c3a5b7d9e0f1a2b3c4d5e6f","span_id":"7c00000000000001","#
    + #""parent_span_id":null,"service":"parcel-store","operation":"SELECT parcel: by id","#
    + #""kind":"client","start_ns":1710000000000000321,"duration_ns":4000000,"status":"error","#
    + #""status_message":"row is locked","#
    + #""attributes":{"db.statement":"SELECT *\nFROM parcel\nWHERE id = ?","db.rows":0,"#
    + #""db.cost":0.75,"db.cached":false,"db.tables":["parcel","shelf"],"#
    + #""db.plan":{"index":"by_id","steps":2},"db.key":"aGVsbG8=","db.hint":null},"#
    + #""events":[{"time_ns":1710000000001000000,"name":"retry","attributes":{"attempt":2,"#
    + #""reason":"lock"}},{"time_ns":1710000000003500000,"name":"gave up","attributes":{}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-store","#
    + #""host.cpu.count":8},"scope":{"name":"parcel.store","version":"1.7.0","#
    + #""attributes":{"scope.kind":"library"}}}"#
  private static let wait =
    #"{"trace_id":"2f4b6d8e1c3a5b7d9e0f1a2b3c4d5e6f","span_id":"7c00000000000002","#
    + #""parent_span_id":"7c00000000000001","service":"parcel-store","operation":"wait","#
    + #""kind":"internal","start_ns":1710000000000500000,"duration_ns":400000,"#
    + #""status":"unset","status_message":"","attributes":{},"events":[],"links":[],"#
    + #""resource":{"service.name":"parcel-store","host.cpu.count":8},"#
    + #""scope":{"name":"parcel.store","version":"1.7.0","#
    + #""attributes":{"scope.kind":"library"}}}"#

  @Test func theCaseIsRead() throws {
    let read = try InputCase("Tests/Cases/15-collector-debug-text/input.txt")
    #expect(read.lines == [Self.hook])
    #expect(read.repairs == [])
    #expect(read.problems == [])
  }

  @Test func spansAreReadAsPrinted() throws {
    let read = try InputCase("corpus/formats/collector-debug.txt")
    #expect(read.lines == [Self.select, Self.wait])
    #expect(read.repairs == ["blocks of metrics, logs or profiles left out (1)"])
    #expect(read.problems == [])
  }

  @Test func statesCountsAndSchemasAreKept() throws {
    let read = try ReadSpans(path: PackageFile.folder + "/corpus/formats/collector-debug.txt")
    let (batch, span) = (read.batch, try #require(read.spans.first))
    #expect(batch.text(span.traceState) == "store=1,desk=2")
    #expect(batch.events.map(\.droppedAttributes) == [3, 0])
    #expect(batch.text(batch.links[0].traceState) == "desk=7")
    #expect(batch.links[0].droppedAttributes == 1)
    #expect(
      batch.text(batch.resources[0].schemaURL) == "https://opentelemetry.io/schemas/1.24.0")
    #expect(batch.resources.count == 1 && batch.scopes.count == 1)
  }

  @Test(arguments: ["", "otelcol-1  | ", "Mar 09 16:00:02 host otelcol[77]: "])
  func prefixesAreLeftOff(prefix: String) throws {
    let lines = [
      "ResourceSpans #0", "Resource attributes:", "     -> service.name: Str(a)", "ScopeSpans #0",
      "InstrumentationScope my lib ", "Span #0", "    Trace ID       : 0a",
      "    ID             : 0b",
      "    Name           : n: m", "    Start time     : 2024-03-09 16:00:00 +0000 UTC",
      "    End time       : 2024-03-09 16:00:01 +0000 UTC", "Attributes:", "     -> k: Int(7)",
    ]
    let read = try ReadSpans(lines.map { prefix + $0 + "\n" }.joined())
    let (batch, span) = (read.batch, try #require(read.spans.first))
    #expect(batch.text(span.name) == "n: m")
    #expect(batch.text(batch.scopes[0].name) == "my lib")
    #expect(batch.text(batch.serviceName(of: 0)) == "a")
    #expect(span.end - span.start == 1_000_000_000)
    #expect(span.attributes.count == 1)
    #expect(read.report.repairs == [])
  }

  @Test func olderTypesAndLostLinesAreTold() throws {
    let start = "Span #0\n    Trace ID       : 0a\n    ID             : 0b\n"
    let read = try InputCase(
      text: start + "    Start time     : 2024-03-09 16:00:00 +0000 UTC\n"
        + "    End time       : 2024-03-09 16:00:01 +0000 UTC\nAttributes:\n"
        + "     -> a: STRING(x)\n     -> b: INT(12)\n     -> c: BOOL(yes)\n"
        + "     -> d: Str(no\nend\n     -> e: Empty()\na line of a log\n")
    #expect(read.lines.count == 1)
    #expect(
      read.lines[0].contains(
        #""attributes":{"a":"x","b":12,"c":"yes","d":"no\nend","e":null}"#))
    #expect(
      read.repairs == [
        "values that are not of the type before them kept as text (1)",
        "values whose end cannot be told kept as they stand (1)",
        "lines between those of a span left out (1)",
      ])
  }

  @Test(arguments: [
    "2024-03-09T16:00:02.010Z\tinfo\tTracesExporter\t{\"kind\": \"exporter\", \"resource spans\": 1, "
      + "\"spans\": 2}\n",
    "2025-03-09T16:00:02.010Z\tinfo\tTraces\t{\"otelcol.component.id\": \"debug\", "
      + "\"resource spans\": 1, \"spans\": 2}\nGET /parcels 0a 0b\n",
  ])
  func otherVerbositiesHoldNoSpans(text: String) throws {
    let read = try ReadSpans(text)
    #expect(read.count == 0)
    #expect(read.report.problems.map(\.code) == [.noSpans])
    #expect(read.report.problems[0].what.contains("set its verbosity to detailed"))
  }

  // A value over very many lines, and very many spans under a large resource.
  @Test func timeGrowsWithTheTextOnly() throws {
    let start = "Span #0\n    Trace ID       : 0a\n"
    let long = start + "Attributes:\n     -> a: Str(x\n" + String(repeating: "y\n", count: 50_000)
    #expect(try ReadSpans(long).count == 1)
    let attributes = String(repeating: "     -> key: Str(value)\n", count: 2_000)
    let many =
      start + "ResourceSpans #0\nResource attributes:\n" + attributes
      + String(repeating: "Span #0\n", count: 5_000)
    let read = try ReadSpans(many)
    #expect(read.count == 5_001)
    #expect(read.batches[0].resources.count == 2)
  }
}

extension CollectorTextTests {
  @Test func aStackTraceIsReadToItsLastLine() throws {
    let text = """
      Traces\t{"kind": "exporter"}
      ResourceSpans #0
      Resource SchemaURL:
      ScopeSpans #0
      ScopeSpans SchemaURL:
      InstrumentationScope s
      Span #0
          Trace ID       : 5b8efff798038103d269b633813fc60c
          Parent ID      :
          ID             : eee19b7ec3c1b101
          Name           : pay
          Kind           : Server
          Start time     : 2024-01-01 00:00:00 +0000 UTC
          End time       : 2024-01-01 00:00:01 +0000 UTC
          Status code    : Error
          Status message :
      Attributes:
           -> exception.stacktrace: Str(E: no
      \tat com.acme.A.f(A.java:1)
      \tat com.acme.B.g(B.java:2)
      Caused by: F: why
      \t... 12 more)
           -> after: Int(7)
      words behind it
      \t{"kind": "exporter"}
      """
    let read = try ReadSpans(text)
    #expect(
      read.batch.lines(0) == [
        "exception.stacktrace=\"E: no\n\tat com.acme.A.f(A.java:1)\n\tat com.acme.B.g(B.java:2)\n"
          + "Caused by: F: why\n\t... 12 more\"", "after=7",
      ])
    #expect(
      read.report.repairs.map { "\($0.what): \($0.count)" } == [
        "lines between those of a span left out: 1"
      ])
  }
}
