import Testing

@testable import BHTrace

struct PythonConsoleTests {
  private static let attributes =
    #""attributes":{"code.lineno":249,"run_step":1,"ratio":0.5,"ok":true,"tags":["a","b"]}"#
  private static let resource =
    #""links":[],"resource":{"telemetry.sdk.language":"python","service.name":"agent"},"scope":{}}"#
  private static let root =
    #"{"trace_id":"01944b70b37abc48df7d103455bc404f","span_id":"f875ae17bca0f501","#
    + #""parent_span_id":null,"service":"agent","operation":"run agent","kind":"server","#
    + #""start_ns":1736432464800000000,"duration_ns":1100000000,"status":"unset","#
    + #""status_message":"","# + attributes + #","events":[],"# + resource
  private static let child =
    #"{"trace_id":"01944b70b37abc48df7d103455bc404f","span_id":"f875ae17bca0f502","#
    + #""parent_span_id":"f875ae17bca0f501","service":"agent","#
    + #""operation":"preparing model and tools","kind":"internal","#
    + #""start_ns":1736432464800962000,"duration_ns":1655000,"status":"error","#
    + #""status_message":"boom","# + attributes
    + #","events":[{"time_ns":1736432464802000000,"name":"exception","#
    + #""attributes":{"exception.type":"ValueError"}}],"# + resource

  @Test(arguments: ["input-lines.jsonl", "input-pretty.json"])
  func spansAreReadAsPrinted(file: String) throws {
    let read = try InputCase("Tests/Cases/14-python-console-spans/\(file)")
    #expect(read.lines == [Self.child, Self.root])
    #expect(read.repairs == [])
    #expect(read.problems == [])
  }

  @Test func olderResourcesHaveNoFrameAndTraceStatesArePairs() throws {
    let read = try ReadSpans(
      #"{"name":"a","context":{"trace_id":"0x0000000000000000000000000000000a","span_id":"0x01","#
        + #""trace_state":"['{key=x, value=1}', '{key=y, value=2}']"},"kind":"SpanKind.CLIENT","#
        + #""parent_id":"0x0000000000000000","start_time":"2021-01-01T00:00:00.000001Z","#
        + #""end_time":null,"resource":{"service.name":"old"}}"#)
    let span = try #require(read.spans.first)
    #expect(read.batch.text(span.traceState) == "x=1,y=2")
    #expect(span.kind == 3)
    #expect(span.parentSpanID.isEmpty)
    #expect(span.start == 1_609_459_200_000_001_000)
    #expect(read.batch.text(read.batch.serviceName(of: Int(span.resource))) == "old")
    #expect(read.report.repairs.map(\.what) == ["times that are not there taken as 0"])
  }

  // Printed by version 1.45 of the SDK.
  private static let weigh =
    #"{"trace_id":"3c1e5f0a7b6d4e2f9a8b7c6d5e4f3a2b","span_id":"5f0000000000a102","#
    + #""parent_span_id":"5f0000000000a101","service":"parcel-desk","operation":"weigh","#
    + #""kind":"internal","start_ns":1710000000001000000,"duration_ns":2500000,"#
    + #""status":"error","status_message":"scale is off","attributes":{"scale":4},"#
    + #""events":[{"time_ns":1710000000002000000,"name":"exception","#
    + #""attributes":{"exception.type":"ScaleError","tries":2}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-desk","#
    + #""telemetry.sdk.language":"python","replicas":3},"scope":{}}"#
  private static let accept =
    #"{"trace_id":"3c1e5f0a7b6d4e2f9a8b7c6d5e4f3a2b","span_id":"5f0000000000a101","#
    + #""parent_span_id":null,"service":"parcel-desk","operation":"accept parcel","#
    + #""kind":"server","start_ns":1710000000000000000,"duration_ns":9000000,"status":"unset","#
    + #""status_message":"","attributes":{"parcel.weight":2.5,"parcel.labels":["fragile","#
    + #""express"],"insured":true},"events":[],"links":[],"#
    + #""resource":{"service.name":"parcel-desk","telemetry.sdk.language":"python","#
    + #""replicas":3},"scope":{}}"#

  @Test func theSDKsOwnLinesAreRead() throws {
    let read = try InputCase("corpus/formats/python-console.json")
    #expect(read.lines == [Self.weigh, Self.accept])
    #expect(read.repairs == [])
    #expect(read.problems == [])
  }
}
