import Testing

@testable import BHTrace

struct GrafanaTests {
  private static let get =
    #"{"trace_id":"00000000000000005e7a9c1d3f5b7d9e","span_id":"bc00000000000001","#
    + #""parent_span_id":null,"service":"parcel-web","operation":"GET /parcels","#
    + #""kind":"server","start_ns":1710000000000250000,"duration_ns":9500000,"status":"unset","#
    + #""status_message":"","attributes":{"http.response.status_code":200},"events":[],"#
    + #""links":[],"resource":{"service.name":"parcel-web","region":"eu"},"#
    + #""scope":{"name":"web","version":"1.0","attributes":{}}}"#
  private static let render =
    #"{"trace_id":"00000000000000005e7a9c1d3f5b7d9e","span_id":"bc00000000000002","#
    + #""parent_span_id":"bc00000000000001","service":"parcel-web","operation":"render","#
    + #""kind":"internal","start_ns":1710000000001000000,"duration_ns":2250000,"#
    + #""status":"error","status_message":"no template","attributes":{"ratio":0.5,"#
    + #""cached":true,"warnings":["late"]},"events":[{"time_ns":1710000000002500000,"#
    + #""name":"miss","attributes":{"template":"list"}},{"time_ns":1710000000003000000,"#
    + #""name":"gave up","attributes":{}}],"#
    + #""links":[{"trace_id":"00000000000000000000000000000099","span_id":"0000000000000077","#
    + #""attributes":{"why":"return"}}],"resource":{"service.name":"parcel-web","#
    + #""region":"eu"},"scope":{"name":"web","version":"","attributes":{}}}"#

  @Test func framesOfATraceHoldItsSpans() throws {
    let read = try InputCase("corpus/formats/grafana-trace-frame.json")
    #expect(read.lines == [Self.get, Self.render])
    #expect(read.repairs == [])
    #expect(read.problems == [])
  }

  @Test func panelsHaveTheValuesInTheFields() throws {
    let read = try ReadSpans(
      #"[{"fields":[{"name":"traceID","values":["0a"]},{"name":"spanID","values":["0b"]},"#
        + #"{"name":"operationName","values":["n"]},{"name":"startTime","values":[1000]},"#
        + #"{"name":"duration","values":[0.5]}],"length":1}]"#)
    let span = try #require(read.spans.first)
    #expect(span.start == 1_000_000_000 && span.end == 1_000_500_000)
  }

  @Test(arguments: [
    (
      "grafana-other-frame.json",
      "a data frame of Grafana (fields: traceID, startTime, traceName) holds no whole spans; open "
        + "the trace and export it as JSON (line 1)"
    ),
    (
      "tempo-search.json",
      "an answer of Tempo's search lists 1 trace and does not hold their spans; fetch each by its "
        + "id (/api/traces/ID) (line 1)"
    ),
  ])
  func answersWithoutSpansAreNamed(file: String, sentence: String) throws {
    let read = try ReadSpans(path: PackageFile.folder + "/corpus/formats/" + file)
    #expect(read.count == 0)
    #expect(read.report.problems.map(\.what) == [sentence])
    #expect(read.report.problems.map(\.code) == [.noSpans])
  }
}
