import Testing

@testable import BHTrace

struct DataPrepperTests {
  private static let older = [
    #"""
    {"trace_id":"68e7c1a2f1d0b3c4a5968778695a4b3c","span_id":"1f0e0d0c0b0a0908","parent_span_i\#
    d":null,"service":"ci","operation":"POST /run","kind":"server","start_ns":1645423444898483\#
    000,"duration_ns":500000000,"status":"unset","status_message":"","attributes":{"ci.pipelin\#
    e.run.url":"https://ci.example/job/1","http.status_code":200,"traceGroupFields.endTime":"2\#
    022-02-21T06:04:05.398483Z","traceGroupFields.durationInNanos":500000000,"traceGroupFields\#
    .statusCode":0,"traceGroup":"POST /run"},"events":[{"time_ns":1645423444900000123,"name":"\#
    started","attributes":{"step":"checkout"}}],"links":[],"resource":{"service.name":"ci","ho\#
    st.name":"runner-1"},"scope":{"name":"jenkins","version":"","attributes":{}}}
    """#,
    #"""
    {"trace_id":"68e7c1a2f1d0b3c4a5968778695a4b3c","span_id":"2f0e0d0c0b0a0908","parent_span_i\#
    d":"1f0e0d0c0b0a0908","service":"ci","operation":"stage: build","kind":"internal","start_n\#
    s":1645423444910000001,"duration_ns":400000000,"status":"error","status_message":"","attri\#
    butes":{"ci.pipeline.run.url":"https://ci.example/job/1","http.status_code":200,"traceGrou\#
    pFields.endTime":"2022-02-21T06:04:05.398483Z","traceGroupFields.durationInNanos":50000000\#
    0,"traceGroupFields.statusCode":0,"traceGroup":"POST /run"},"events":[{"time_ns":164542344\#
    4900000123,"name":"started","attributes":{"step":"checkout"}}],"links":[],"resource":{"ser\#
    vice.name":"ci","host.name":"runner-1"},"scope":{"name":"jenkins","version":"","attributes\#
    ":{}}}
    """#,
  ]

  private static let newer = [
    #"""
    {"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","parent_span_i\#
    d":null,"service":"checkout","operation":"checkout","kind":"server","start_ns":17092872001\#
    23456789,"duration_ns":500000000,"status":"error","status_message":"card refused","attribu\#
    tes":{"http.method":"POST","order":{"lines":3,"gift":true},"mail@shop":"yes","traceGroup":\#
    "checkout","traceGroupFields.endTime":"2024-03-01T10:00:00.623456789Z","traceGroupFields.d\#
    urationInNanos":500000000,"traceGroupFields.statusCode":2},"events":[{"time_ns":1709287200\#
    200000000,"name":"retry","attributes":{"attempt":2}}],"links":[{"trace_id":"0af7651916cd43\#
    dd8448eb211c80319d","span_id":"b7ad6b7169203332","attributes":{"why":"batch"}}],"resource"\#
    :{"service.name":"checkout","host.name":"node-7"},"scope":{"name":"shop.http","version":"2\#
    .1","attributes":{"lang":"java"}}}
    """#,
    #"""
    {"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"c7ad6b7169203332","parent_span_i\#
    d":"b7ad6b7169203331","service":"checkout","operation":"SELECT","kind":"client","start_ns"\#
    :1709287200200000000,"duration_ns":100000000,"status":"ok","status_message":"","attributes\#
    ":{"db.system":"postgresql","data_stream":{"dataset":"default","namespace":"namespace","ty\#
    pe":"span"}},"events":[],"links":[],"resource":{"service.name":"checkout"},"scope":{"name"\#
    :"sql","version":"","attributes":{}}}
    """#,
    #"""
    {"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"d7ad7cd169209338","parent_span_i\#
    d":"b7ad6b7169203331","service":"mail","operation":"old","kind":"unspecified","start_ns":1\#
    709287200400000000,"duration_ns":1000,"status":"unset","status_message":"","attributes":{"\#
    queue":"out","kind":"QUEUE"},"events":[],"links":[],"resource":{"host.hostname":"node-8","\#
    service.name":"mail"},"scope":{}}
    """#,
  ]

  @Test(arguments: ["input.json", "input-documents.ndjson"])
  func documentsOfTheFirstGenerationAreFlat(file: String) throws {
    let read = try InputCase("Tests/Cases/10-data-prepper-documents/\(file)")
    #expect(read.lines == Self.older)
    #expect(read.repairs == [] && read.problems == [])
  }

  /// One of the second generation, one as the collector writes it, and one with ids in base64.
  @Test func documentsOfTheSecondGenerationHaveObjects() throws {
    let read = try InputCase("corpus/formats/data-prepper.ndjson")
    #expect(read.lines == Self.newer)
    #expect(read.repairs == ["ids in base64 read as their bytes (3)"])
    #expect(read.problems == [])
    let spans = try ReadSpans(path: PackageFile.folder + "/corpus/formats/data-prepper.ndjson")
    let first = try #require(spans.spans.first)
    #expect(spans.batch.text(first.traceState) == "shop=1")
    #expect(
      [first.droppedAttributes, first.droppedEvents, first.droppedLinks] == [4, 5, 6])
    #expect(spans.batch.events.map(\.droppedAttributes) == [1])
    #expect(spans.batch.links.map { spans.batch.text($0.traceState) } == ["a=b"])
    let resource = spans.batch.resources[Int(first.resource)]
    #expect(
      spans.batch.text(resource.schemaURL) == "https://opentelemetry.io/schemas/1.21.0")
  }

  @Test func whatHasNoPlaceIsKeptAndWhatIsMissingCounted() throws {
    let read = try ReadSpans(
      #"{"traceId":"1","spanId":"2","startTime":"soon","durationInNanos":5,"kind":"ODD","#
        + #""serviceName":"a","resource":{"attributes":{"service.name":"b"}},"#
        + #""status":{"code":9},"events":[7],"extra":{"deep":{"er":1},"none":null}}"#)
    #expect(
      read.batch.lines(0) == [
        "status.code=9", #"serviceName="a""#, #"startTime="soon""#, #"kind="ODD""#,
        "extra.deep.er=1",
      ])
    #expect(
      read.report.repairs.map(\.what) == [
        "times that are not there taken as 0", "events that are no objects left out",
      ])
    #expect(read.spans.map(\.end) == [5])
  }
}
