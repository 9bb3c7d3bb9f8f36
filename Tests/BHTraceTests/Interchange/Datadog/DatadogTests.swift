import Testing

@testable import BHTrace

struct DatadogTests {
  private static let samples = "corpus/formats/"

  @Test func chunksShareTheUpperHalfOfTheirID() throws {
    let read = try InputCase("Tests/Cases/18-datadog-agent-traces/input.json")
    #expect(read.problems == [])
    #expect(
      read.lines == [
        #"{"trace_id":"6571a1f3000000009b1de9cbf5e3c165","span_id":"277fc878061d4137","#
          + #""parent_span_id":null,"service":"frontend","operation":"servlet.request","#
          + #""kind":"server","start_ns":1700000000000000000,"duration_ns":50000000,"#
          + #""status":"unset","status_message":"","attributes":{"dd.span.Resource":"GET /hi","#
          + #""span.type":"web","http.status_code":"200","_sampling_priority_v1":1.0},"events":[],"#
          + #""links":[],"resource":{"service.name":"frontend"},"scope":{}}"#,
        #"{"trace_id":"6571a1f3000000009b1de9cbf5e3c165","span_id":"7e592222af4a538d","#
          + #""parent_span_id":"277fc878061d4137","service":"db","operation":"jdbc.query","#
          + #""kind":"client","start_ns":1700000000005000000,"duration_ns":30000000,"#
          + #""status":"error","status_message":"","attributes":{"dd.span.Resource":"SELECT 1","#
          + #""span.type":"sql"},"events":[],"links":[],"resource":{"service.name":"db"},"scope":{}}"#,
      ])
  }

  private static func line(
    _ ids: String, _ middle: String, _ attributes: String, _ events: String, _ links: String,
    _ resource: String
  ) -> String {
    "{\(ids),\(middle),\"attributes\":{\(attributes)},\"events\":[\(events)],\"links\":[\(links)],"
      + "\"resource\":{\(resource)},\"scope\":{}}"
  }

  private static let taggedLink =
    #"{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","#
    + #""attributes":{"why":"batch"}}"#
  private static let link =
    #"{"trace_id":"00000000000000060000000000000005","span_id":"8000000000000001","#
    + #""attributes":{"a":"b"}}"#
  private static let exception =
    #"{"time_ns":1700000000129456789,"name":"exception","attributes":{"#
    + #""exception.message":"timeout","retried":true,"tries":3,"wait":0.5,"hosts":["db1","db2"]}}"#

  private static func lines(_ link: String, _ exception: String, _ structure: String) -> [String] {
    let trace = #""trace_id":"6571a1f3000000009b1de9cbf5e3c165""#
    return [
      line(
        trace + #","span_id":"277fc878061d4137","parent_span_id":null"#,
        #""service":"frontend","operation":"servlet.request","kind":"server","#
          + #""start_ns":1700000000123456789,"duration_ns":50000000,"status":"unset","#
          + #""status_message":"""#,
        #""dd.span.Resource":"GET /hi","span.type":"web","http.status_code":"200","#
          + #""_sampling_priority_v1":1.0,"process_id":4242.0,"_dd.agent_psr":0.5"#,
        #"{"time_ns":1700000000123456794,"name":"cache miss","attributes":{"key":"hi","size":3}}"#,
        link,
        #""service.name":"frontend","deployment.environment.name":"prod","#
          + #""service.version":"1.4.2","telemetry.sdk.language":"python""#),
      line(
        trace + #","span_id":"fffffffffffffffe","parent_span_id":"277fc878061d4137""#,
        #""service":"db","operation":"jdbc.query","kind":"unspecified","#
          + #""start_ns":1700000000128456789,"duration_ns":30000000,"status":"error","#
          + #""status_message":"timeout""#,
        #""dd.span.Resource":"SELECT 1","span.type":"sql","error.message":"timeout","#
          + #""error.type":"SQLException","error.stack":"at Db.run""# + structure,
        exception, "", #""service.name":"db""#),
      line(
        #""trace_id":"0000000000000000000000000000004d","span_id":"000000000000004e","#
          + #""parent_span_id":null"#,
        #""service":"mail","operation":"smtp.send","kind":"client","#
          + #""start_ns":1700000000123456790,"duration_ns":2,"status":"unset","#
          + #""status_message":"""#,
        #""dd.span.Resource":"smtp.send","span.type":"http","size":12.5"#, "", "",
        #""service.name":"mail""#),
    ]
  }

  @Test(arguments: ["datadog-v04.json", "datadog-v04.msgpack"])
  func jsonAndMessagePackSayTheSame(file: String) throws {
    let read = try InputCase(Self.samples + file)
    #expect(read.problems == [])
    #expect(read.repairs == [])
    let structure = #","meta_struct.appsec":"gadibG9ja2Vkww==""#
    #expect(
      read.lines
        == Self.lines(Self.link + "," + Self.taggedLink, Self.exception, structure))
  }

  /// What has no field for links and events has them as tags.
  @Test(arguments: ["datadog-v05.msgpack", "datadog-log.json"])
  func linksAndEventsComeAsTagsToo(file: String) throws {
    let read = try InputCase(Self.samples + file)
    #expect(read.problems == [])
    #expect(read.lines == Self.lines(Self.taggedLink, "", ""))
  }

  @Test func answersOfSearchesAreSpans() throws {
    let read = try InputCase(Self.samples + "datadog-search.json")
    #expect(read.problems == [])
    #expect(
      read.lines == [
        #"{"trace_id":"6571a1f3000000009b1d3e3e8b9c0a25","span_id":"112210f4b16c1cb1","#
          + #""parent_span_id":null,"service":"cart","operation":"web.request","kind":"server","#
          + #""start_ns":1672652556320000000,"duration_ns":100000000,"status":"error","#
          + #""status_message":"boom","attributes":{"dd.span.Resource":"GET /cart","#
          + #""span.type":"web","error.message":"boom","error.type":"E","team.name":"shop","#
          + #""duration":100000000,"http.method":"GET","ingestion_reason":"rule","#
          + #""resource_hash":"a12345678b91c23d","retained_by":"retention_filter","#
          + #""single_span":true,"status":"error","tags":["team:A"],"id":"AAAAAWgN8Xw"},"events":[],"#
          + #""links":[],"resource":{"service.name":"cart","deployment.environment.name":"prod","#
          + #""host.name":"i-0123"},"scope":{}}"#,
        #"{"trace_id":"0000000000000000112210f4b16c1cb1","span_id":"0003fcc1da8c9c4c","#
          + #""parent_span_id":"112210f4b16c1cb1","service":"db","operation":"SELECT","#
          + #""kind":"unspecified","start_ns":1672652556350000000,"duration_ns":50000000,"#
          + #""status":"unset","status_message":"","attributes":{"dd.span.Resource":"SELECT","#
          + #""span.type":"sql","status":"ok","id":"AAAAAWgN8Xx"},"events":[],"links":[],"#
          + #""resource":{"service.name":"db"},"scope":{}}"#,
      ])
  }

  @Test func laterChunksOfATraceKnowItsUpperHalf() throws {
    func span(_ trace: Int, _ id: Int, _ meta: String) -> String {
      #"{"trace_id":\#(trace),"span_id":\#(id),"name":"a","service":"s","start":1700000000000000000,"duration":1,"#
        + #""meta":{\#(meta)}}"#
    }
    let half = #""_dd.p.tid":"00000000000000ff""#
    let read = try ReadSpans(
      "[[\(span(1, 1, "")),\(span(1, 2, half))],[\(span(2, 3, ""))],[\(span(1, 4, ""))]]")
    #expect(
      read.spans.map { read.batch.bytes($0.traceID)[7] } == [0xFF, 0xFF, 0, 0xFF])
  }

  @Test func badSpansOfMessagePackAreNamed() throws {
    // Version 0.5: a table of three texts, and spans that name the fourth or have a value too few.
    let table: [UInt8] = [0x92, 0x93, 0xA0, 0xA1, 0x61, 0xA1, 0x62, 0x91, 0x93]
    func span(_ type: UInt8, _ count: UInt8 = 12) -> [UInt8] {
      [0x90 + count, 1, 1, 1, 7, 8, 0, 9, 1, 0, 0x81, 1, 2, 0x80, type].dropLast(12 - Int(count))
    }
    let read = try ReadSpans(table + span(0) + span(3) + span(0, 11))
    #expect(read.count == 1)
    #expect(read.batch.lines(0) == [#"dd.span.Resource="a""#, #"a="b""#])
    #expect(
      read.report.problems.map(\.what) == [
        "text 3 is named, but there are 3", "a span has 11 values where version 0.5 has 12",
      ])
  }

  @Test func manyPayloadsMayFollowEachOther() throws {
    let one = try PackageFile.bytes(Self.samples + "datadog-v04.msgpack")
    let other = try PackageFile.bytes(Self.samples + "datadog-v05.msgpack")
    let read = try ReadSpans(one + [0x90] + other + one)
    #expect(read.count == 9)
    #expect(read.report.problemCount == 0)
  }
}
