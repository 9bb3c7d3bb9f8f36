import Testing

@testable import BHTrace

/// Jaeger's api_v2 in protobuf and in JSON.
struct JaegerAPITests {
  private static let cases = "Tests/Cases/"
  private static let samples = "corpus/formats/"

  private static func prebot(_ id: String, _ rest: String) -> String {
    #"{"trace_id":"08e22900d86e7c75ffe7530d6cac20fa","span_id":"0c5fd0a0c1e936"# + id + #"","#
      + rest
  }

  private static let protobufLines = [
    prebot(
      "82",
      #""parent_span_id":null,"service":"prebot","operation":"/main/env.example","kind":"server","#
        + #""start_ns":1648068260686414000,"duration_ns":8420000,"#) + rest,
    prebot(
      "83",
      #""parent_span_id":"0c5fd0a0c1e93682","service":"prebot","operation":"SELECT","#
        + #""kind":"server","start_ns":1648068260687414000,"duration_ns":4000000,"#)
      + rest,
  ]

  private static let rest =
    #""status":"unset","status_message":"","attributes":{"http.method":"GET","#
    + #""http.status_code":404},"events":[],"links":[],"#
    + #""resource":{"service.name":"prebot","host.name":"node-1"},"scope":{}}"#

  @Test(arguments: ["input-one.pb", "input-end-to-end.pb", "input-framed.pb"])
  func kafkaMessagesAreSpans(file: String) throws {
    let read = try InputCase(Self.cases + "21-jaeger-kafka-protobuf/" + file)
    #expect(read.problems == [])
    #expect(read.repairs == [])
    #expect(
      read.lines
        == (file == "input-one.pb" ? Array(Self.protobufLines.prefix(1)) : Self.protobufLines))
  }

  @Test(arguments: ["input-kafka.jsonl", "input-grpcurl.json"])
  func jsonOfTheAPIIsRead(file: String) throws {
    let read = try InputCase(Self.cases + "22-jaeger-api-v2-json/" + file)
    #expect(read.problems == [])
    #expect(read.repairs == [])
    let wanted = zip(Self.protobufLines, ["414123", "414000"]).map { line, fraction in
      let nanoseconds = fraction == "414123" ? "1648068260686414123" : "1648068260687414000"
      return
        line
        .replacing("/main/env.example", with: "/main")
        .replacing("1648068260686414000", with: nanoseconds)
        .replacing(#""status":"unset""#, with: #""status":"error""#)
        .replacing(#""http.status_code":404}"#, with: #""http.status_code":404,"error":true}"#)
        .replacing(
          #""events":[]"#,
          with: #""events":[{"time_ns":\#(nanoseconds),"name":"start","attributes":{}}]"#)
    }
    #expect(read.lines == wanted)
  }

  /// All forms of three spans that Python's protobuf wrote.
  @Test(arguments: [
    "jaeger-spans.pb", "jaeger-spans-varint.pb", "jaeger-spans-length.pb", "jaeger-chunk.pb",
    "jaeger-kafka.jsonl", "jaeger-grpcurl.json", "jaeger-names.json",
  ])
  func allFormsOfASpanAreEqual(file: String) throws {
    let read = try ReadSpans(try PackageFile.bytes(Self.samples + file))
    #expect(read.report.problemCount == 0)
    #expect(read.report.repairs.isEmpty)
    #expect(differences(try ReadSpans(Self.classic), read) == "")
  }

  /// The same three spans in the JSON of Jaeger's query API, but for what microseconds cannot say.
  private static let classic: [UInt8] = {
    let trace = #""traceID":"5b8efff798038103d269b633813fc60c""#
    let parent = #"{"refType":"%",\#(trace),"spanID":"eee19b7ec3c1b174"}"#
    func tag(_ key: String, _ type: String, _ value: String) -> String {
      #"{"key":"\#(key)","type":"\#(type)","value":\#(value)}"#
    }
    let tags = [
      tag("span.kind", "string", #""server""#), tag("http.request.method", "string", #""POST""#),
      tag("http.response.status_code", "int64", "500"), tag("retry", "bool", "false"),
      tag("ratio", "float64", "0.25"), tag("payload", "binary", #""AP9iaW4=""#),
      tag("empty", "string", #""""#), tag("none", "int64", "0"), tag("error", "bool", "true"),
      tag("otel.status_code", "string", #""ERROR""#),
      tag("otel.status_description", "string", #""no stock""#),
      tag("otel.scope.name", "string", #""orders""#),
      tag("otel.scope.version", "string", #""1.2""#),
      tag("w3c.tracestate", "string", #""v=1""#),
    ].joined(separator: ",")
    let logs =
      #"{"timestamp":"2023-11-14T22:13:20.124456790Z","fields":["#
      + [
        tag("event", "string", #""exception""#), tag("exception.type", "string", #""OutOfStock""#),
        tag("attempt", "int64", "2"),
      ].joined(separator: ",") + #"]},{"timestamp":"2023-11-14T22:13:20.125456789Z","fields":["#
      + tag("message", "string", #""giving up""#) + "]}"
    let process =
      #"{"serviceName":"orders","tags":["# + tag("host.name", "string", #""node-1""#) + ","
      + tag("cores", "int64", "4") + "]}"
    let spans = [
      #"{\#(trace),"spanID":"eee19b7ec3c1b174","operationName":"POST /orders","flags":1,"#
        + #""startTime":"2023-11-14T22:13:20.123456789Z","duration":"0.250000123s","#
        + #""tags":[\#(tags)],"logs":[\#(logs)],"processID":"p1","#
        + #""warnings":["clock skew","too many tags"]}"#,
      #"{\#(trace),"spanID":"7","operationName":"SELECT stock","#
        + #""references":[\#(parent.replacing("%", with: "CHILD_OF")),"#
        + #"{"refType":"FOLLOWS_FROM","traceID":"abc","spanID":"def"}],"#
        + #""startTime":"2023-11-14T22:13:20.133456789Z","duration":40000,"#
        + #""tags":[\#(tag("span.kind", "string", #""client""#)),"#
        + tag("db.system", "string", #""postgresql""#) + #"],"processID":"p2"}"#,
      #"{\#(trace),"spanID":"9","operationName":"notify","#
        + #""references":[\#(parent.replacing("%", with: "FOLLOWS_FROM"))],"#
        + #""startTime":"2023-11-14T22:13:20.183456789Z","duration":5000,"#
        + #""tags":[\#(tag("span.kind", "string", #""producer""#))],"processID":"p1"}"#,
    ].joined(separator: ",")
    return Array(
      (#"{"data":[{"traceID":"5b8efff798038103d269b633813fc60c","spans":[\#(spans)],"processes":"#
        + #"{"p1":\#(process),"p2":{"serviceName":"OTLPResourceNoServiceName","tags":[]}}}]}"#).utf8
    )
  }()

  @Test(arguments: ["jaeger-batch.pb", "jaeger-request.pb", "jaeger-request.json"])
  func theProcessOfABatchHoldsForItsSpans(file: String) throws {
    let read = try ReadSpans(try PackageFile.bytes(Self.samples + file))
    #expect(read.report.problemCount == 0)
    #expect(read.report.repairs.isEmpty)
    let whole = try ReadSpans(try PackageFile.bytes(Self.samples + "jaeger-spans.pb"))
    let difference = SpanMultiset.difference(whole.multiset, read.multiset)
    #expect(difference.onlyInFirst.count == 1)
    #expect(difference.onlyInSecond.isEmpty)
    #expect(
      read.spans.map { read.batch.text(read.batch.serviceName(of: Int($0.resource))) } == [
        "orders", "orders",
      ])
  }

  @Test func longBatchesComeInPieces() throws {
    let span = try PackageFile.bytes("Tests/Cases/21-jaeger-kafka-protobuf/input-one.pb")
    var chunk: [UInt8] = []
    for _ in 0..<20_000 { chunk.appendField(JaegerProtobufTag.Batch.spans, span) }
    let read = try ReadSpans(chunk)
    #expect(read.count == 20_000)
    #expect(read.batches.count == 3)
    #expect(read.report.problemCount == 0)
  }

  @Test func damageIsNamedAndTheRestRead() throws {
    let framed = try PackageFile.bytes("Tests/Cases/21-jaeger-kafka-protobuf/input-framed.pb")
    let torn = try ReadSpans(Array(framed.dropLast(10)))
    #expect(torn.count == 1)
    #expect(
      torn.report.problems.map(\.what) == [
        "the last record says it has 184 bytes, but the input ends after 174 of them"
      ])
    var bad = framed
    // The length of the first span's process.
    bad[4 + 0x87] = 0x7F
    let rest = try ReadSpans(bad)
    #expect(rest.count == 1)
    #expect(rest.report.problems.map(\.code) == [.truncated])
    #expect(throws: FormatError.self) { try ReadSpans(bad, strict: true) }
  }

  @Test func valuesOfOtherTypesAndUnknownFieldsAreCounted() throws {
    var span = try PackageFile.bytes("Tests/Cases/21-jaeger-kafka-protobuf/input-one.pb")
    // A bool with a text, an int64 without a value, a type that does not exist, an unknown field.
    for tag in [
      [0x0A, 1, 0x61, 0x10, 1, 0x1A, 1, 0x78], [0x0A, 1, 0x62, 0x10, 2],
      [0x0A, 1, 0x63, 0x10, 9], [0x0A, 1, 0x64, 0x78, 1],
    ] as [[UInt8]] {
      span.appendField(JaegerProtobufTag.Span.tags, tag)
    }
    let read = try ReadSpans(span)
    #expect(read.batch.lines(0).suffix(4) == [#"a="x""#, "b=0", #"c="""#, #"d="""#])
    #expect(read.report.repairs.map(\.count) == [1, 1])
  }

  @Test func timesOutsideTheModelAreCut() throws {
    let read = try ReadSpans(
      #"{"traceId":"COIpANhufHX/51MNbKwg+g==","spanId":"DF/QoMHpNoI=","operationName":"a","#
        + #""startTime":"0001-01-01T00:00:00Z","duration":"-1.5s"}"#)
    #expect(read.spans.map(\.start) == [0])
    #expect(read.report.repairs.map(\.count) == [2])
    let hex = try ReadSpans(
      #"{"traceId":"08e22900d86e7c75ffe7530d6cac20fa","spanId":"0c5fd0a0c1e93682","#
        + #""operationName":"a","startTime":"2022-03-23T20:44:20Z","duration":"1s"}"#)
    #expect(hex.batch.bytes(hex.spans[0].traceID).count == 16)
    #expect(hex.batch.bytes(hex.spans[0].spanID).first == 0x0C)
    #expect(hex.spans[0].end == hex.spans[0].start + 1_000_000_000)
  }
}
