import Testing

@testable import BHTrace

struct ClickHouseTests {
  private static let post =
    #"{"trace_id":"6f8b0d2e4a6c8e0f1b3d5a7c9e1f3b5d","span_id":"cd00000000000001","#
    + #""parent_span_id":null,"service":"parcel-api","operation":"POST /parcels","#
    + #""kind":"server","start_ns":1710000000000001234,"duration_ns":9000123,"status":"error","#
    + #""status_message":"no \"room\",\nsorry","attributes":{"http.request.method":"POST","#
    + #""http.response.status_code":"500"},"events":[{"time_ns":1710000000002000000,"#
    + #""name":"retry","attributes":{"attempt":"2"}},{"time_ns":1710000000003000000,"#
    + #""name":"gave up","attributes":{}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-api","#
    + #""host.name":"it's \\ here"},"scope":{"name":"api","version":"1.2.0","attributes":{}}}"#
  private static let insert =
    #"{"trace_id":"6f8b0d2e4a6c8e0f1b3d5a7c9e1f3b5d","span_id":"cd00000000000002","#
    + #""parent_span_id":"cd00000000000001","service":"parcel-api","#
    + #""operation":"INSERT parcel","kind":"client","start_ns":1710000000001000000,"#
    + #""duration_ns":2500000,"status":"unset","status_message":"","attributes":{},"#
    + #""events":[],"links":[],"resource":{"service.name":"parcel-api","#
    + #""host.name":"it's \\ here"},"scope":{}}"#

  @Test(arguments: [
    "clickhouse-rows.jsonl", "clickhouse-answer.json", "clickhouse-compact.json",
    "clickhouse-names.csv", "clickhouse.csv", "clickhouse-names.tsv",
  ])
  func spansAreTheSameInEveryOutputFormat(file: String) throws {
    let read = try InputCase("corpus/formats/" + file)
    #expect(read.lines == [Self.post, Self.insert])
    #expect(read.repairs == [])
    #expect(read.problems == [])
  }

  private static let row =
    #"{"Timestamp":1710000000.5,"TraceId":"0a","SpanId":"0b","SpanName":"n","Duration":7,"#

  @Test func eventsMayLieTogetherAndOtherColumnsAreAttributes() throws {
    let read = try InputCase(
      text: Self.row
        + #""Events":[["2024-03-09 16:00:00","a",{"k":"v"}]],"Links":[{"TraceId":"0c","#
        + #""SpanId":"0d","Attributes":{}}],"Tenant":"north","Empty":""}"#)
    #expect(read.lines.count == 1)
    #expect(read.lines[0].contains(#""start_ns":1710000000500000000,"duration_ns":7,"#))
    #expect(read.lines[0].contains(#""attributes":{"Tenant":"north"}"#))
    #expect(
      read.lines[0].contains(
        #""events":[{"time_ns":1710000000000000000,"name":"a","attributes":{"k":"v"}}]"#))
    #expect(read.lines[0].contains(#""span_id":"000000000000000d""#))
  }

  @Test func wholeNumbersAreNanosecondsOrSeconds() throws {
    let rest = #","TraceId":"0a","SpanId":"0b","SpanName":"n","Duration":1}"#
    let read = try ReadSpans(
      #"{"Timestamp":"1710000000000000007""# + rest + "\n" + #"{"Timestamp":1710000000"# + rest)
    #expect(read.spans.map(\.start) == [1_710_000_000_000_000_007, 1_710_000_000_000_000_000])
  }

  @Test func rowsThatDoNotFitAreNamed() throws {
    let names = "Timestamp,TraceId,SpanId,SpanName,Duration\n"
    let read = try ReadSpans(
      names + "DateTime64(9),String,String,String,UInt64\n"
        + "2024-03-09 16:00:00,0a,0b,one,1\r\n\n2024-03-09 16:00:00,0a\n"
        + "2024-03-09 16:00:00,0a,0c,\"two\n\"\"lines\"\"\",2\n\"open")
    #expect(read.spans.map { read.batch.text($0.name) } == ["one", "two\n\"lines\""])
    #expect(
      read.report.problems.map(\.what) == [
        "a row has 2 fields where there are 5 columns (line 5)",
        "the input ends inside a field in quotes, in the row that starts on line 8",
      ])
  }

  @Test func tabSeparatedTextHasEscapes() throws {
    let names = "TraceId\tSpanId\tSpanName\tTimestamp\tDuration\tSpanAttributes\n"
    let read = try InputCase(
      text: names + "0a\t0b\ta\\tb\\\\c\\n\t2024-03-09 16:00:00\t1\t{'k':'it\\'s\\t'}\n")
    #expect(read.lines.count == 1)
    #expect(read.lines[0].contains(#""operation":"a\tb\\c\n""#))
    #expect(read.lines[0].contains(#""attributes":{"k":"it's\t"}"#))
  }
}
