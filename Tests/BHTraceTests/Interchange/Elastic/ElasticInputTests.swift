import Testing

@testable import BHTrace

/// What Elasticsearch puts around documents.
struct ElasticInputTests {
  private static let zipkin = [
    #"""
    {"trace_id":"000000000000000081d7ee7cd45c831a","span_id":"3b96174448804d8a","parent_span_i\#
    d":"81d7ee7cd45c831a","service":"testsleuthzipkin","operation":"get","kind":"server","star\#
    t_ns":1532443591469579000,"duration_ns":361483000,"status":"unset","status_message":"","at\#
    tributes":{"http.method":"GET","http.path":"/hi2","random-sleep-millis":"353","zipkin.shar\#
    ed":true,"net.host.ip":"10.33.144.152","net.peer.ip":"127.0.0.1","net.peer.port":55230},"e\#
    vents":[],"links":[],"resource":{"service.name":"testsleuthzipkin"},"scope":{}}
    """#,
    #"""
    {"trace_id":"000000000000000081d7ee7cd45c831a","span_id":"81d7ee7cd45c831a","parent_span_i\#
    d":null,"service":"gateway","operation":"get","kind":"client","start_ns":15324435914600000\#
    00,"duration_ns":380000000,"status":"unset","status_message":"","attributes":{"http.method\#
    ":"GET","http.path":"/hi2","random-sleep-millis":"353","net.host.ip":"10.33.144.150","net.\#
    peer.ip":"127.0.0.1","net.peer.port":55230},"events":[],"links":[],"resource":{"service.na\#
    me":"gateway"},"scope":{}}
    """#,
  ]

  private static let jaeger = [
    #"""
    {"trace_id":"000000000000000059e3f22acedccd25","span_id":"127bcf03bdc6d8c2","parent_span_i\#
    d":"5c49cf5d05ac8e21","service":"jaeger-query","operation":"findTraceIDs","kind":"client",\#
    "start_ns":1562177479574203000,"duration_ns":26198000,"status":"unset","status_message":""\#
    ,"attributes":{"internal.span.format":"proto"},"events":[{"time_ns":1562177479575000000,"n\#
    ame":"retry","attributes":{}}],"links":[],"resource":{"service.name":"jaeger-query","hostn\#
    ame":"node-1"},"scope":{}}
    """#,
    #"""
    {"trace_id":"000000000000000059e3f22acedccd25","span_id":"5c49cf5d05ac8e21","parent_span_i\#
    d":null,"service":"jaeger-query","operation":"/api/traces","kind":"client","start_ns":1562\#
    177479570000000,"duration_ns":31000000,"status":"unset","status_message":"","attributes":{\#
    "internal.span.format":"proto"},"events":[],"links":[],"resource":{"service.name":"jaeger-\#
    query","hostname":"node-1"},"scope":{}}
    """#,
  ]

  private static let jaegerFields = [
    #"""
    {"trace_id":"000000000000000059e3f22acedccd25","span_id":"127bcf03bdc6d8c2","parent_span_i\#
    d":"5c49cf5d05ac8e21","service":"jaeger-query","operation":"findTraceIDs","kind":"server",\#
    "start_ns":1562177479574203000,"duration_ns":26198000,"status":"error","status_message":""\#
    ,"attributes":{"payload":"AAEC","http.method":"GET","http.status_code":500,"error":true,"s\#
    ampler.param":0.5},"events":[{"time_ns":1562177479575000000,"name":"retry","attributes":{}\#
    }],"links":[],"resource":{"service.name":"jaeger-query","hostname":"node-1","jaeger.versio\#
    n":"Go-2.15"},"scope":{}}
    """#,
    #"""
    {"trace_id":"000000000000000059e3f22acedccd25","span_id":"5c49cf5d05ac8e21","parent_span_i\#
    d":null,"service":"jaeger-query","operation":"/api/traces","kind":"server","start_ns":1562\#
    177479570000000,"duration_ns":31000000,"status":"error","status_message":"","attributes":{\#
    "payload":"AAEC","http.method":"GET","http.status_code":500,"error":true,"sampler.param":0\#
    .5},"events":[],"links":[],"resource":{"service.name":"jaeger-query","hostname":"node-1","\#
    jaeger.version":"Go-2.15"},"scope":{}}
    """#,
  ]

  private static let besideServices = [
    #"""
    {"trace_id":"000000000000000059e3f22acedccd25","span_id":"127bcf03bdc6d8c2","parent_span_i\#
    d":null,"service":"jaeger-query","operation":"findTraceIDs","kind":"unspecified","start_ns\#
    ":1562177479574203000,"duration_ns":26198000,"status":"unset","status_message":"","attribu\#
    tes":{},"events":[],"links":[],"resource":{"service.name":"jaeger-query"},"scope":{}}
    """#
  ]

  private static let bulk = [
    #"""
    {"trace_id":"9d2c41b07e6f4a1893d5c0be12a47f60","span_id":"22bb33cc44dd55ee","parent_span_i\#
    d":"11aa22bb33cc44dd","service":"stock","operation":"reserve","kind":"unspecified","start_\#
    ns":1709287200100000000,"duration_ns":90000000,"status":"unset","status_message":"","attri\#
    butes":{},"events":[],"links":[],"resource":{"service.name":"stock"},"scope":{}}
    """#,
    #"""
    {"trace_id":"9d2c41b07e6f4a1893d5c0be12a47f60","span_id":"11aa22bb33cc44dd","parent_span_i\#
    d":null,"service":"orders","operation":"POST /orders","kind":"server","start_ns":170928720\#
    0000000001,"duration_ns":250000000,"status":"ok","status_message":"","attributes":{"http.m\#
    ethod":"POST","traceGroup":"POST /orders"},"events":[],"links":[],"resource":{"service.nam\#
    e":"orders"},"scope":{}}
    """#,
  ]

  private static let answers = [
    #"""
    {"trace_id":"00000000000000005f0c7a1e9b2d4c60","span_id":"5f0c7a1e9b2d4c60","parent_span_i\#
    d":null,"service":"basket","operation":"GET /basket","kind":"server","start_ns":1709287200\#
    000000000,"duration_ns":42000000,"status":"unset","status_message":"","attributes":{"http.\#
    status_code":200},"events":[],"links":[],"resource":{"service.name":"basket"},"scope":{}}
    """#,
    #"""
    {"trace_id":"00000000000000005f0c7a1e9b2d4c60","span_id":"77aa0b1c2d3e4f50","parent_span_i\#
    d":"5f0c7a1e9b2d4c60","service":"basket","operation":"get /stock","kind":"client","start_n\#
    s":1709287200010000000,"duration_ns":20000000,"status":"unset","status_message":"","attrib\#
    utes":{"http.method":"GET"},"events":[],"links":[],"resource":{"service.name":"basket"},"s\#
    cope":{}}
    """#,
  ]

  @Test(arguments: ["input.json", "input-elasticdump.json"])
  func hitsAndDumpedLinesAreSpans(file: String) throws {
    let zipkin = try InputCase("Tests/Cases/07-zipkin-elasticsearch-hits/\(file)")
    #expect(zipkin.lines == Self.zipkin)
    #expect(zipkin.repairs == [] && zipkin.problems == [])
    let jaeger = try InputCase("Tests/Cases/08-jaeger-elasticsearch-hits/\(file)")
    #expect(jaeger.lines == Self.jaeger)
    #expect(jaeger.repairs == [] && jaeger.problems == [])
  }

  @Test func tagsAsFieldsAreTags() throws {
    let path = "Tests/Cases/09-jaeger-es-tags-as-fields/input.json"
    let read = try InputCase(path)
    #expect(read.lines == Self.jaegerFields)
    #expect(read.repairs == [] && read.problems == [])
    let spans = try ReadSpans(path: PackageFile.folder + "/" + path)
    #expect(spans.batch.lines(0).first == "payload=bytes [0, 1, 2]")
  }

  @Test func serviceDocumentsAreCountedOnce() throws {
    let read = try InputCase("Tests/Cases/41-jaeger-service-documents/input.json")
    #expect(read.lines == Self.besideServices)
    #expect(read.repairs == ["service documents passed over (2)"])
    #expect(read.problems == [])
  }

  @Test func bulkFilesMayMixDocuments() throws {
    let read = try InputCase("corpus/formats/elasticsearch-bulk.ndjson")
    #expect(read.lines == Self.bulk)
    #expect(read.repairs == ["documents of another sort passed over (1)"])
    #expect(read.problems == [])
  }

  @Test func severalAnswersSayWhatIsNotInThem() throws {
    let read = try InputCase("corpus/formats/elasticsearch-msearch.json")
    #expect(read.lines == Self.answers)
    #expect(
      read.repairs == [
        "service documents passed over (1)", "documents of dependencies passed over (1)",
        "answers that timed out or are not of all shards (1)",
        "documents that match a search and are not in its answer (9)",
      ])
    #expect(
      read.problems == [
        "the answer to a search is an error: index_not_found_exception: no such index [spans] "
          + "(status 404)"
      ])
  }

  private static let hit =
    #"{"_index":"j","_source":{"traceID":"1","spanID":"2","operationName":"a","startTime":5}}"#

  @Test(arguments: [
    #"{"took":1,"hits":{"hits":[\#(hit)]}}"#, #"[{"took":1,"hits":{"hits":[\#(hit)]}}]"#,
    #"{"took":1,"_shards":{"x":"\#(String(repeating: "y", count: 2000))"},"hits":{"hits":[\#(hit)]}}"#,
    #"{"id":"x","is_partial":false,"response":{"took":1,"hits":{"total":1,"hits":[\#(hit)]}}}"#,
    #"{"rawResponse":{"took":1,"hits":{"total":1,"hits":[\#(hit)]}},"isPartial":false}"#,
    #"{"docs":[\#(hit)]}"#, hit, "[\(hit)]",
    #"{"took":1,"responses":[{"took":1,"hits":{"hits":[\#(hit)]}}]}"#,
  ])
  func answersComeInManyForms(text: String) throws {
    let read = try ReadSpans(text)
    #expect(read.count == 1)
    #expect(read.spans.map(\.start) == [5_000])
    #expect(read.report.problems == [])
  }

  @Test(arguments: [
    (#"{"took":1,"hits":{"total":0,"hits":[]}}"#, "the content is a search answer without hits"),
    (
      #"{"took":1,"timed_out":false,"hits":{"total":{"value":0},"hits":[]}}"#,
      "the content is a search answer without hits"
    ),
    (
      #"{"error":{"type":"security_exception","reason":"missing token"},"status":401}"#,
      "the answer to a search is an error: security_exception: missing token (status 401)"
    ),
    (
      #"{"error":"IndexMissingException[[spans] missing]","status":404}"#,
      "the answer to a search is an error: IndexMissingException[[spans] missing] (status 404)"
    ),
    (
      #"{"_index":"logs","_source":{"message":"m"}}"#,
      "no document of the index is a span (documents of another sort passed over: 1)"
    ),
    (
      #"{"took":1,"hits":{"hits":[{"_index":"j","_id":"1"}]}}"#,
      "a hit comes without its document; search for documents with their _source (line 1)"
    ),
    (#"{"delete":{"_index":"j","_id":"1"}}"#, "the content is a bulk file without documents"),
  ])
  func inputsWithoutSpansSayWhatTheyAre(text: String, says: String) throws {
    let read = try ReadSpans(text)
    #expect(read.count == 0)
    #expect(read.report.problems.map(\.what) == [says])
    #expect(read.report.problems.map(\.code) == [.noSpans])
  }

  @Test func chosenFieldsStandForDocuments() throws {
    let read = try ReadSpans(
      #"{"took":1,"hits":{"hits":[{"_index":"a","fields":{"processor.event":["transaction"],"#
        + #""trace.id":["a1"],"transaction.id":["b2"],"timestamp.us":[7],"#
        + #""transaction.duration.us":[3],"tags":["x","y"]}},"#
        + #"{"_index":"j","fields":{"traceID":["1"]}}]}}"#)
    #expect(read.spans.map(\.start) == [7_000])
    #expect(read.spans.map(\.end) == [10_000])
    #expect(read.batch.lines(0) == ["tags=[x,y]"])
    #expect(read.report.problemCount == 1)
  }

  @Test func damageCostsNoMoreThanItself() throws {
    let read = try ReadSpans(
      [
        Self.hit, String(Self.hit.dropLast(20)), Self.hit, "{\"index\":{}}", Self.hit + "x",
        Self.hit,
      ]
      .joined(separator: "\n"))
    #expect(read.count == 4)
    #expect(read.report.problemCount == 2)
    #expect(read.report.problems.first?.what.contains("line ") == true)
  }

  @Test func placesAreThoseOfTheInput() throws {
    let text =
      "{\"took\":1,\n\"hits\":{\"hits\":[\n" + Self.hit + ",\n"
      + #"{"_index":"j","_source":{"traceID":"1","spanID":"2","operationName":"a"}}]}}"#
    let read = try ReadSpans(text)
    #expect(read.count == 1)
    let place = try #require(
      text.utf8.firstRange(of: #"{"traceID":"1","spanID":"2","operationName":"a"}"#.utf8))
    let offset = text.utf8.distance(from: text.utf8.startIndex, to: place.lowerBound)
    #expect(read.report.problems.map(\.offset) == [offset])
  }

  @Test func answersInEachOtherEnd() throws {
    var text = Self.hit
    for _ in 0..<400 { text = #"{"response":\#(text)}"# }
    let read = try ReadSpans(#"{"took":1,"hits":{"hits":[\#(Self.hit),\#(text)]}}"#)
    #expect(read.count == 1)
    #expect(
      read.report.repairs.map(\.what) == ["documents of another sort passed over"])
  }
}
