import Testing

@testable import BHTrace

struct CloudTraceTests {
  private static let listed = [
    #"""
    {"trace_id":"105445aa7843bc8bf206b12000100000","span_id":"14a6682f17d60dde","parent_span_i\#
    d":null,"service":"","operation":"/api","kind":"server","start_ns":1520935200123456789,"du\#
    ration_ns":1000000000,"status":"unset","status_message":"","attributes":{"/http/status_cod\#
    e":"200"},"events":[],"links":[],"resource":{"cloud.provider":"gcp","cloud.account.id":"de\#
    mo"},"scope":{}}
    """#,
    #"""
    {"trace_id":"105445aa7843bc8bf206b12000100000","span_id":"aaaaaaaaaaaaaaaa","parent_span_i\#
    d":"14a6682f17d60dde","service":"","operation":"db","kind":"client","start_ns":15209352002\#
    00000000,"duration_ns":700000000,"status":"unset","status_message":"","attributes":{},"eve\#
    nts":[],"links":[],"resource":{"cloud.provider":"gcp","cloud.account.id":"demo"},"scope":{\#
    }}
    """#,
  ]

  private static let single = [
    #"""
    {"trace_id":"105445aa7843bc8bf206b12000100000","span_id":"0000000000000001","parent_span_i\#
    d":null,"service":"","operation":"/checkout","kind":"server","start_ns":170928720012345678\#
    9,"duration_ns":499543211,"status":"unset","status_message":"","attributes":{"/http/status\#
    _code":"500","g.co/agent":"demo 1.0"},"events":[],"links":[],"resource":{"cloud.provider":\#
    "gcp","cloud.account.id":"shop-demo"},"scope":{}}
    """#,
    #"""
    {"trace_id":"105445aa7843bc8bf206b12000100000","span_id":"ffffffffffffffff","parent_span_i\#
    d":"0000000000000001","service":"","operation":"db","kind":"unspecified","start_ns":170928\#
    7200200000000,"duration_ns":0,"status":"unset","status_message":"","attributes":{},"events\#
    ":[],"links":[],"resource":{"cloud.provider":"gcp","cloud.account.id":"shop-demo"},"scope"\#
    :{}}
    """#,
  ]

  private static let written = [
    #"""
    {"trace_id":"105445aa7843bc8bf206b12000100000","span_id":"00f067aa0ba902b7","parent_span_i\#
    d":null,"service":"","operation":"checkout","kind":"server","start_ns":1709287200123456789\#
    ,"duration_ns":499543211,"status":"error","status_message":"quota","attributes":{"/http/me\#
    thod":"POST","items":3,"gift":true,"rpc.grpc.status_code":8,"stackTrace":{"stackFrames":{"\#
    frame":[{"functionName":{"value":"pay"},"lineNumber":"7"}],"droppedFramesCount":0},"stackT\#
    raceHashId":"17"},"sameProcessAsParentSpan":true,"childSpanCount":1},"events":[{"time_ns":\#
    1709287200200000000,"name":"card refus","attributes":{"code":51}},{"time_ns":1709287200300\#
    000000,"name":"message","attributes":{"message.type":"SENT","message.id":9,"message.uncomp\#
    ressed_size":120}}],"links":[{"trace_id":"205445aa7843bc8bf206b12000100000","span_id":"10f\#
    067aa0ba902b7","attributes":{"type":"PARENT_LINKED_SPAN"}}],"resource":{"cloud.provider":"\#
    gcp","cloud.account.id":"shop-demo"},"scope":{}}
    """#
  ]

  @Test func tracesOfVersion1HaveDecimalIDs() throws {
    let read = try InputCase("Tests/Cases/19-cloud-trace-v1/input.json")
    #expect(read.lines == Self.listed)
    #expect(read.repairs == [] && read.problems == [])
    let single = try InputCase("corpus/formats/cloud-trace-v1.json")
    #expect(single.lines == Self.single)
    #expect(single.repairs == ["spans without an end given none (1)"])
  }

  @Test func spansOfVersion2KeepAllTheySay() throws {
    let read = try InputCase("corpus/formats/cloud-trace-v2.json")
    #expect(read.lines == Self.written)
    #expect(read.repairs == ["texts that were cut before they were stored (1)"])
    #expect(read.problems == [])
    let spans = try ReadSpans(path: PackageFile.folder + "/corpus/formats/cloud-trace-v2.json")
    #expect(spans.spans.map(\.droppedAttributes) == [2])
    #expect(spans.spans.map(\.droppedEvents) == [2])
  }

  @Test func tracesWithoutSpansAreNamed() throws {
    let read = try ReadSpans(#"{"traces":[{"projectId":"p","traceId":"a1"}]}"#)
    #expect(read.count == 0)
    #expect(read.report.problems.map(\.code) == [.noSpans])
  }
}
