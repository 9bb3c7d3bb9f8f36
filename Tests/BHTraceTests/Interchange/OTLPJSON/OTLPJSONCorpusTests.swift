import Testing

@testable import BHTrace

struct OTLPJSONCorpusTests {
  private func read(_ path: String) throws -> (spans: SpanMultiset, report: InputReport) {
    let input = try TraceInput(path: path)
    var all = SpanMultiset()
    while let batch = try input.next() { all.insert(batch) }
    return (all, input.report)
  }

  @Test(
    .corpus("agentprism", "jaeger-fixtures", "otlp-odd", "stef-hipstershop"),
    arguments: [
      ("agentprism/rag_earnings_agent.json", 18), ("agentprism/smol_deep_research_agent.json", 8),
      ("jaeger-fixtures/otel_traces_01.json", 4), ("jaeger-fixtures/otlp2jaeger-in.json", 2),
      ("jaeger-fixtures/ui/otlp2jaeger-in-error.json", 1),
      ("jaeger-fixtures/ui/otlp2jaeger-multi-in-combined.json", 4),
      ("otlp-odd/otlp2parquet-trace.json", 2), ("otlp-odd/pulumi-traces.json", 39),
      ("otlp-odd/xtergo-all_types_trace.json", 11), ("otlp-odd/xtergo-pabot_trace.json", 18),
      ("otlp-odd/xtergo-simple_trace.json", 4),
      ("otlp-odd/invalid-trace_invalid_base64.json", 1),
      ("otlp-odd/invalid-trace_mixed_encoding.json", 1),
      ("stef-hipstershop/derived-hipstershop.otlp.jsonl.zst", 86_583),
    ])
  func corpusIsReadWithoutProblems(name: String, spans: Int) throws {
    let path = try Corpus.path(name)
    let (all, report) = try read(path)
    #expect(all.count == spans && report.spans == spans)
    #expect(report.problems == [])
    #expect(!report.repairs.contains { $0.what.hasPrefix("dropped") })
  }

  @Test(
    .corpus("jaeger-fixtures"),
    arguments: [
      ("dur_trace", 1), ("example_trace", 5), ("max_dur_trace", 1), ("multi_index_trace", 2),
      ("multiple1_trace", 1), ("multiple2_trace", 1), ("multispottag_dur_trace", 1),
      ("multispottag_maxdur_trace", 1), ("multispottag_opname_dur_trace", 1),
      ("multispottag_opname_maxdur_trace", 1), ("multispottag_opname_trace", 1),
      ("opname_dur_trace", 1), ("opname_maxdur_trace", 2), ("opname_trace", 1),
      ("process_tags_trace", 1), ("scope_name_version_trace", 1), ("span_tags_trace", 1),
      ("tags_dur_trace", 1), ("tags_escaped_operator_trace_1", 1), ("tags_maxdur_trace", 1),
      ("tags_opname_dur_trace", 1), ("tags_opname_maxdur_trace", 1), ("tags_opname_trace", 1),
      ("tags_wildcard_regex_1", 1), ("tags_wildcard_regex_2", 1),
    ])
  func jaegerFixturesAreReadWithoutRepairs(name: String, spans: Int) throws {
    let path = try Corpus.path("jaeger-fixtures/integration/\(name).json")
    let (all, report) = try read(path)
    #expect(all.count == spans)
    #expect(report.problems == [] && report.repairs == [])
  }

  @Test(
    .corpus("otlp-odd", "stef-hipstershop"),
    arguments: [
      ("otlp-odd/otlp2parquet-trace.json", "otlp-odd/otlp2parquet-trace.pb"),
      (
        "stef-hipstershop/derived-hipstershop.otlp.jsonl.zst",
        "stef-hipstershop/hipstershop-oteltraces.zst"
      ),
    ])
  func jsonSaysTheSameAsProtobuf(json: String, protobuf: String) throws {
    let (json, protobuf) = (try Corpus.path(json), try Corpus.path(protobuf))
    let difference = SpanMultiset.difference(try read(json).spans, try read(protobuf).spans)
    #expect(difference.isEmpty)
  }

  @Test(.corpus("agentprism")) func base64IdsAreCounted() throws {
    let path = try Corpus.path("agentprism/rag_earnings_agent.json")
    #expect(
      try read(path).report.repairs == [
        InputReport.Repair(what: "base64 trace id read as bytes", count: 18),
        InputReport.Repair(what: "base64 span id read as bytes", count: 35),
        InputReport.Repair(what: "enum name read as its number", count: 33),
      ])
  }

  @Test(.corpus("otlp-odd")) func invalidFilesAreToldWithTheirPlaces() throws {
    for (name, spans, problems, repair) in [
      ("malformed", 0, [(447, "line 21: '/' stands where ',' or '}' has to")], nil),
      (
        "trace_invalid_kind", 1,
        [(539, "line 24: \"SPAN_KIND_INVALID_TYPE\" stands where a span kind has to")], nil
      ),
      ("trace_invalid_base64", 1, [], "id that is neither hex nor base64 kept as its text"),
      ("trace_mixed_encoding", 1, [], "id that is neither hex nor base64 kept as its text"),
    ] as [(String, Int, [(Int, String)], String?)] {
      let path = try Corpus.path("otlp-odd/invalid-\(name).json")
      let (all, report) = try read(path)
      #expect(all.count == spans)
      #expect(report.problems.map(\.offset) == problems.map(\.0))
      #expect(report.problems.map(\.what) == problems.map(\.1))
      if let repair {
        #expect(report.repairs.contains(InputReport.Repair(what: repair, count: 2)))
      }
    }
  }

  @Test(.corpus("otlp-odd")) func brokenLinesBetweenGoodOnesAreTold() throws {
    let path = try Corpus.path("otlp-odd/xtergo-malformed_trace.json")
    let (all, report) = try read(path)
    #expect(all.count == 3 && report.messages == 4)
    #expect(
      report.problems.map(\.what) == [
        "line 2: 't' stands where a key has to",
        "line 5: the line ends inside its record: in the next one, '{' stands where ',' or '}' "
          + "has to",
      ])
    #expect(report.problems.map(\.offset) == [654, 1534])
    #expect(
      report.repairs.contains(
        InputReport.Repair(
          what: "dropped unknown key \"valid_json_but_no_resource_spans\"", count: 1)))
  }
}
