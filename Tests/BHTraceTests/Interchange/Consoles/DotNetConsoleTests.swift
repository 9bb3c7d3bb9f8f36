import Testing

@testable import BHTrace

struct DotNetConsoleTests {
  private static let store =
    #"{"trace_id":"9e1d3c5b7a9f0e2d4c6b8a0f1e3d5c7b","span_id":"8d00000000000002","#
    + #""parent_span_id":"8d00000000000001","service":"parcel-api","#
    + #""operation":"SELECT parcel","kind":"client","start_ns":1710000000001000000,"#
    + #""duration_ns":3501700,"status":"error","status_message":"timeout: 3 ms","#
    + #""attributes":{"db.system":"postgresql","#
    + #""db.statement":"SELECT \"Id\"\nFROM \"Parcel\"\nLIMIT 1","db.rows":"0"},"#
    + #""events":[{"time_ns":1710000000003000000,"name":"exception","#
    + #""attributes":{"exception.type":"TimeoutException"}},{"time_ns":0,"name":"gave up","#
    + #""attributes":{"Timestamp":"3/9/2024 4:00:00 PM +00:00"}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-api","#
    + #""telemetry.sdk.language":"dotnet"},"scope":{"name":"Parcel.Store","version":"3.2.0","#
    + #""attributes":{}}}"#
  private static let api =
    #"{"trace_id":"9e1d3c5b7a9f0e2d4c6b8a0f1e3d5c7b","span_id":"8d00000000000001","#
    + #""parent_span_id":null,"service":"parcel-api","operation":"GET /parcels/{id}","#
    + #""kind":"server","start_ns":1710000000000000000,"duration_ns":1500000000,"#
    + #""status":"unset","status_message":"","attributes":{},"events":[],"links":[],"#
    + #""resource":{"service.name":"parcel-api","telemetry.sdk.language":"dotnet"},"#
    + #""scope":{"name":"Parcel.Api","version":"","attributes":{}}}"#

  @Test func spansAreReadAsPrinted() throws {
    let read = try InputCase("corpus/formats/dotnet-console.txt")
    #expect(read.lines == [Self.store, Self.api])
    #expect(
      read.repairs == ["times of events in a language's own form kept as attributes (1)"])
    #expect(read.problems == [])
  }

  @Test(
    arguments: [
      ("00:00:00.0000001", 100), ("23:59:59", 86_399_000_000_000),
      ("1.00:00:00", 86_400_000_000_000),
      ("x", 0), ("00:61:00", 0),
    ] as [(String, UInt64)])
  func durationsAreTimeSpans(text: String, nanoseconds: UInt64) throws {
    let read = try ReadSpans(
      "Activity.TraceId:            0a\nActivity.SpanId:             0b\n"
        + "Activity.Kind:               Server\nActivity.StartTime:          2024-03-09T16:00:00Z\n"
        + "Activity.Duration:           \(text)\n")
    let span = try #require(read.spans.first)
    #expect(span.end - span.start == nanoseconds)
    #expect(read.report.repairs.isEmpty == (nanoseconds > 0))
  }
}
