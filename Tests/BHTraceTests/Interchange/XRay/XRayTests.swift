import Testing

@testable import BHTrace

struct XRayTests {
  private static let answer = [
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"70de5b6f19ff9a0a","parent_span_i\#
    d":null,"service":"shop","operation":"shop","kind":"server","start_ns":1709286816250000000\#
    ,"duration_ns":512123000,"status":"error","status_message":"","attributes":{"aws.xray.faul\#
    t":true,"tier":"gold","items":3,"aws.xray.annotations":["tier","items"],"aws.xray.metadata\#
    .default":{"cart":{"lines":[1,2]}},"enduser.id":"u-17","aws.xray.origin":"AWS::ECS::Contai\#
    ner","http.method":"POST","http.url":"https://shop.example/orders","http.client_ip":"203.0\#
    .113.7","aws.xray.x_forwarded_for":true,"http.status_code":500,"http.response_content_leng\#
    th":12,"aws.account_id":"000000000000","aws.xray.sampling_rule_name":"Default","aws.cloudw\#
    atch_logs":[{"log_group":"shop"}],"aws.xray.service.runtime":"CPython"},"events":[],"links\#
    ":[{"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b5","span_id":"70de5b6f19ff9a0b","attributes\#
    ":{"aws.xray.linked":"parent"}}],"resource":{"service.name":"shop","cloud.provider":"aws",\#
    "aws.xray.resource_arn":"arn:aws:ecs:eu-west-1:000000000000:task/t","container.name":"shop\#
    -1","aws.ecs.launchtype":"FARGATE","telemetry.sdk.name":"X-Ray for Python","telemetry.sdk.\#
    version":"2.12.0","service.version":"3.1"},"scope":{}}
    """#,
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"81ef6c7020aaab1b","parent_span_i\#
    d":"70de5b6f19ff9a0a","service":"shop","operation":"DynamoDB","kind":"client","start_ns":1\#
    709286816300000000,"duration_ns":100000000,"status":"error","status_message":"","attribute\#
    s":{"aws.xray.namespace":"aws","aws.service":"DynamoDB","aws.xray.error":true,"aws.xray.th\#
    rottle":true,"aws.xray.cause.working_directory":"/srv","http.status_code":400,"aws.operati\#
    on":"PutItem","aws.region":"eu-west-1","aws.table_name":"orders","aws.request_id":"R1","aw\#
    s.xray.retries":2},"events":[{"time_ns":1709286816400000000,"name":"exception","attributes\#
    ":{"exception.type":"ThrottlingException","exception.message":"slow down","exception.stack\#
    trace":"ThrottlingException: slow down\n\tat save(orders.py: 7)\n","aws.xray.exception.id"\#
    :"e0","aws.xray.exception.remote":true}}],"links":[],"resource":{"service.name":"shop","cl\#
    oud.provider":"aws","aws.xray.resource_arn":"arn:aws:ecs:eu-west-1:000000000000:task/t","c\#
    ontainer.name":"shop-1","aws.ecs.launchtype":"FARGATE","telemetry.sdk.name":"X-Ray for Pyt\#
    hon","telemetry.sdk.version":"2.12.0","service.version":"3.1"},"scope":{}}
    """#,
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"92f07d8131bbbc2c","parent_span_i\#
    d":"81ef6c7020aaab1b","service":"shop","operation":"marshal","kind":"internal","start_ns":\#
    1709286816310000000,"duration_ns":10000000,"status":"unset","status_message":"","attribute\#
    s":{},"events":[],"links":[],"resource":{"service.name":"shop","cloud.provider":"aws","aws\#
    .xray.resource_arn":"arn:aws:ecs:eu-west-1:000000000000:task/t","container.name":"shop-1",\#
    "aws.ecs.launchtype":"FARGATE","telemetry.sdk.name":"X-Ray for Python","telemetry.sdk.vers\#
    ion":"2.12.0","service.version":"3.1"},"scope":{}}
    """#,
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"a3018e9242cccd3d","parent_span_i\#
    d":"70de5b6f19ff9a0a","service":"shop","operation":"stock@db.example","kind":"client","sta\#
    rt_ns":1709286816500000000,"duration_ns":0,"status":"error","status_message":"","attribute\#
    s":{"aws.xray.namespace":"remote","aws.xray.cause":"e0","aws.xray.inprogress":true,"db.con\#
    nection_string":"postgresql://db.example:5432/stock","db.system":"PostgreSQL","db.statemen\#
    t":"SELECT ?","db.user":"app","aws.xray.sql.preparation":"statement"},"events":[],"links":\#
    [],"resource":{"service.name":"shop","cloud.provider":"aws","aws.xray.resource_arn":"arn:a\#
    ws:ecs:eu-west-1:000000000000:task/t","container.name":"shop-1","aws.ecs.launchtype":"FARG\#
    ATE","telemetry.sdk.name":"X-Ray for Python","telemetry.sdk.version":"2.12.0","service.ver\#
    sion":"3.1"},"scope":{}}
    """#,
  ]

  private static let sent = [
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"b4129fa353ddde4e","parent_span_i\#
    d":"81ef6c7020aaab1b","service":"worker","operation":"worker","kind":"server","start_ns":1\#
    709286816600000000,"duration_ns":100000000,"status":"unset","status_message":"","attribute\#
    s":{},"events":[],"links":[],"resource":{"service.name":"worker"},"scope":{}}
    """#,
    #"""
    {"trace_id":"65e1a5a00f1e2d3c4b5a69788796a5b4","span_id":"c523a0b464eeef5f","parent_span_i\#
    d":"b4129fa353ddde4e","service":"","operation":"S3","kind":"client","start_ns":17092868166\#
    50000000,"duration_ns":0,"status":"unset","status_message":"","attributes":{"aws.xray.name\#
    space":"aws","aws.service":"S3","aws.xray.inprogress":true},"events":[],"links":[],"resour\#
    ce":{},"scope":{}}
    """#,
  ]

  @Test func segmentsOfAnAnswerAreTakenApart() throws {
    let read = try InputCase("corpus/formats/x-ray-batch-get-traces.json")
    #expect(read.lines == Self.answer)
    #expect(
      read.repairs == [
        "spans without an end given none (1)",
        "traces that the answer names and does not hold (1)",
      ])
    #expect(read.problems == [])
  }

  @Test func headersOfTheDaemonAreNoSegments() throws {
    let read = try InputCase("corpus/formats/x-ray-daemon.txt")
    #expect(read.lines == Self.sent)
    #expect(read.problems == [])
  }

  @Test func badDocumentsAreNamedAndTheOthersRead() throws {
    let segment =
      #"{\"trace_id\":\"1-65e1a5a0-0f1e2d3c4b5a69788796a5b4\",\"id\":\"1\",\"start_time\":1}"#
    let read = try ReadSpans(
      #"{"Traces":[{"Id":"1","Segments":[{"Id":"a","Document":"{oops"},{"Id":"b"},"#
        + #"{"Id":"c","Document":"\#(segment)"}],"LimitExceeded":true}]}"#)
    #expect(read.count == 1)
    #expect(read.report.problemCount == 2)
    #expect(read.report.problems.first?.what.contains("no JSON") == true)
    #expect(
      read.report.repairs.map(\.what).contains(
        "traces that are larger than X-Ray keeps, of which segments are missing"))
  }

  @Test func summariesHoldNoSpans() throws {
    let read = try ReadSpans(#"{"TraceSummaries":[{"Id":"1-65e1a5a0-0f1e2d3c4b5a69788796a5b4"}]}"#)
    #expect(read.report.problems.map(\.code) == [.noSpans])
  }

  @Test func deepSubsegmentsAreReadWithoutRecursion() throws {
    var text = #"{"id":"f","start_time":1}"#
    for _ in 0..<200 { text = #"{"id":"e","start_time":1,"subsegments":[\#(text)]}"# }
    let read = try ReadSpans(
      #"{"trace_id":"1-65e1a5a0-0f1e2d3c4b5a69788796a5b4","id":"a","start_time":1,"#
        + #""subsegments":[\#(text)]}"#)
    #expect(read.count == 202)
    #expect(read.traceCount == 1)
  }
}
