import Testing

@testable import BHTrace

struct GoConsoleTests {
  private static let sort =
    #"{"trace_id":"4c6e8a0b2d4f6a8c0e1b3d5f7a9c1e3b","span_id":"ab00000000000002","#
    + #""parent_span_id":"ab00000000000001","service":"parcel-sorter","operation":"sort","#
    + #""kind":"consumer","start_ns":1710000000000001234,"duration_ns":4000000,"#
    + #""status":"error","status_message":"belt stopped","attributes":{"belt":4,"speed":1.0,"#
    + #""speeds":[1.0,2.5],"full":false,"lanes":["a","b"]},"#
    + #""events":[{"time_ns":1710000000002000000,"name":"jam","attributes":{"lane":"a"}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-sorter","#
    + #""telemetry.sdk.language":"go"},"scope":{"name":"parcel/sorter","version":"0.9.1","#
    + #""attributes":{}}}"#
  private static let main =
    #"{"trace_id":"4c6e8a0b2d4f6a8c0e1b3d5f7a9c1e3b","span_id":"ab00000000000001","#
    + #""parent_span_id":null,"service":"parcel-sorter","operation":"main","kind":"internal","#
    + #""start_ns":0,"duration_ns":0,"status":"unset","status_message":"","attributes":{},"#
    + #""events":[],"links":[],"resource":{"service.name":"parcel-sorter","#
    + #""telemetry.sdk.language":"go"},"scope":{"name":"parcel/sorter","version":"0.9.1","#
    + #""attributes":{}}}"#

  @Test func spansAreReadAsPrinted() throws {
    let read = try InputCase("corpus/formats/go-console.jsonl")
    #expect(read.lines == [Self.sort, Self.main])
    #expect(
      read.repairs == [
        "times that are not there taken as 0 (2)", "counts of children left out (1)",
      ])
    #expect(read.problems == [])
  }

  @Test func countsFlagsAndStatesAreKept() throws {
    let read = try ReadSpans(path: PackageFile.folder + "/corpus/formats/go-console.jsonl")
    let span = try #require(read.spans.first)
    #expect(read.batch.text(span.traceState) == "desk=7")
    #expect(span.flags == 0x301)
    #expect(span.droppedAttributes == 2)
    #expect(read.batch.events[0].droppedAttributes == 1)
    #expect(read.batch.links[0].flags == 1)
    #expect(read.spans[1].flags == 0x101)
    #expect(!read.spans[1].hasStatus)
  }

  @Test func olderLibrariesAreScopes() throws {
    let read = try ReadSpans(
      #"{"Name":"a","SpanContext":{"TraceID":"0a","SpanID":"0b"},"SpanKind":2,"#
        + #""StartTime":"2024-03-09T16:00:00Z","EndTime":"2024-03-09T16:00:01Z","#
        + #""InstrumentationLibrary":{"Name":"lib","Version":"1"},"Note":"new"}"#)
    let span = try #require(read.spans.first)
    #expect(read.batch.text(read.batch.scopes[0].name) == "lib")
    #expect(span.kind == 2)
    #expect(span.end - span.start == 1_000_000_000)
    #expect(span.attributes.count == 1)
  }
}
