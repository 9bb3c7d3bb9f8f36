import Testing

@testable import BHTrace

struct ElasticAPMTests {
  private static let answer = [
    #"""
    {"trace_id":"6386505b1d8f4cbd1b5aac0bb34b230a","span_id":"945254c567a5417e","parent_span_i\#
    d":null,"service":"quick-start-nodejs","operation":"GET /hello","kind":"server","start_ns"\#
    :1672999200000000000,"duration_ns":20000000,"status":"unset","status_message":"","attribut\#
    es":{"transaction.type":"request","transaction.result":"HTTP 2xx","event.outcome":"success\#
    ","labels.process_command":"/app.js"},"events":[],"links":[],"resource":{"service.name":"q\#
    uick-start-nodejs","deployment.environment":"staging","agent.name":"opentelemetry/nodejs"}\#
    ,"scope":{}}
    """#,
    #"""
    {"trace_id":"6386505b1d8f4cbd1b5aac0bb34b230a","span_id":"abcdef0123456789","parent_span_i\#
    d":"945254c567a5417e","service":"quick-start-nodejs","operation":"middleware - query","kin\#
    d":"unspecified","start_ns":1672999200001000000,"duration_ns":1415000,"status":"error","st\#
    atus_message":"","attributes":{"transaction.id":"945254c567a5417e","span.type":"app","even\#
    t.outcome":"failure"},"events":[],"links":[],"resource":{"service.name":"quick-start-nodej\#
    s"},"scope":{}}
    """#,
  ]

  private static let documents = [
    #"""
    {"trace_id":"c1d2e3f4a5b60718293a4b5c6d7e8f90","span_id":"1122334455667788","parent_span_i\#
    d":null,"service":"catalog","operation":"GET /items","kind":"server","start_ns":1709287200\#
    000123000,"duration_ns":52000500,"status":"error","status_message":"","attributes":{"trans\#
    action.type":"request","transaction.result":"HTTP 5xx","transaction.sampled":true,"transac\#
    tion.span_count.started":1,"transaction.span_count.dropped":0,"event.outcome":"failure","h\#
    ttp.request.method":"GET","http.response.status_code":500,"url.full":"http://shop.example/\#
    items","labels.team":"shop","numeric_labels.items":3},"events":[],"links":[],"resource":{"\#
    service.name":"catalog","service.version":"1.4","deployment.environment":"test","service.i\#
    nstance.id":"catalog-1","telemetry.sdk.language":"javascript","process.runtime.name":"node\#
    ","process.runtime.version":"20.1","service.framework.name":"express","service.framework.v\#
    ersion":"4","agent.name":"nodejs","agent.version":"4.5.0","host.name":"node-7","host.arch"\#
    :"x64","os.type":"linux","k8s.pod.name":"catalog-abc","k8s.pod.uid":"u-1"},"scope":{}}
    """#,
    #"""
    {"trace_id":"c1d2e3f4a5b60718293a4b5c6d7e8f90","span_id":"2233445566778899","parent_span_i\#
    d":"1122334455667788","service":"catalog","operation":"SELECT FROM items","kind":"client",\#
    "start_ns":1709287200005000000,"duration_ns":9000123,"status":"unset","status_message":"",\#
    "attributes":{"transaction.id":"1122334455667788","span.type":"db","span.subtype":"postgre\#
    sql","span.action":"query","event.outcome":"unknown"},"events":[{"time_ns":170928720001050\#
    0000,"name":"exception","attributes":{"exception.type":"TimeoutError","exception.message":\#
    "timeout","error.id":"e1","error.culprit":"query (db.js)","error.exception":[{"message":"t\#
    imeout","type":"TimeoutError","handled":true}],"error.grouping_key":"k1","labels.shard":"7\#
    ","agent.name":"nodejs","agent.version":"4.5.0"}}],"links":[{"trace_id":"d1d2e3f4a5b607182\#
    93a4b5c6d7e8f90","span_id":"3344556677889900","attributes":{}}],"resource":{"service.name"\#
    :"catalog","service.version":"1.4","agent.name":"opentelemetry/nodejs","agent.version":"1.\#
    20"},"scope":{"name":"@opentelemetry/instrumentation-pg","version":"0.30","attributes":{}}\#
    }
    """#,
  ]

  @Test func transactionsAndSpansAreSpans() throws {
    let read = try InputCase("Tests/Cases/20-elastic-apm-documents/input.json")
    #expect(read.lines == Self.answer)
    #expect(read.repairs == [] && read.problems == [])
  }

  /// Nested and flat ones; an error before its span; a metric; an error of no span.
  @Test func errorsAreEventsOfTheirSpans() throws {
    let read = try InputCase("corpus/formats/elastic-apm.ndjson")
    #expect(read.lines == Self.documents)
    #expect(
      read.repairs == [
        "metric documents passed over (1)",
        "error documents whose span is not near them left out (1)",
      ])
    #expect(read.problems == [])
  }

  private func document(_ sort: String, _ rest: String) -> String {
    #"{"processor":{"event":"\#(sort)"},"trace":{"id":"a1"},"timestamp":{"us":5},\#(rest)}"# + "\n"
  }

  @Test func errorsFallBackToTheirTransaction() throws {
    let read = try ReadSpans(
      document("error", #""parent":{"id":"9"},"transaction":{"id":"1"},"error":{"id":"e"}"#)
        + document("transaction", #""transaction":{"id":"1","duration":{"us":1}}"#)
        + document("error", #""transaction":{"id":"1"},"error":{"log":{"message":"m"}}"#))
    #expect(read.count == 1)
    #expect(read.batch.events.map { read.batch.text($0.name) } == ["error", "error"])
    #expect(
      read.batch.events.map { read.batch.lines($0.attributes).last } == [
        #"error.log.message="m""#, #"error.id="e""#,
      ])
    #expect(read.report.repairs.isEmpty)
  }

  /// More spans than are held for errors to come.
  @Test func spansThatAreLongPastAreLetGo() throws {
    var text = ""
    for index in 1...5_000 {
      let id = String(index, radix: 16)
      text += document("span", #""span":{"id":"\#(id)","name":"n","duration":{"us":1}}"#)
    }
    text += document("error", #""parent":{"id":"1"},"error":{"id":"e"}"#)
    text += document("error", #""parent":{"id":"1388"},"error":{"id":"f"}"#)
    let read = try ReadSpans(text)
    #expect(read.count == 5_000)
    #expect(read.batches.reduce(0) { $0 + $1.events.count } == 1)
    #expect(read.report.repairs.map(\.count) == [1])
  }
}
