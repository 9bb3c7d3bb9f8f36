import Testing

@testable import BHTrace

/// Traces of programs that ask language models.
struct LLMTraceTests {
  private static let samples = "corpus/formats/"

  @Test func observationsOfLangfuseAreSpans() throws {
    let read = try InputCase("Tests/Cases/39-langfuse-observations/input.json")
    #expect(read.problems == [])
    #expect(read.repairs == ["spans that have not ended (1)"])
    #expect(
      read.lines == [
        #"{"trace_id":"08b2b9ae85c698327cbd3357877aaab7","span_id":"e2378f5edc8f0de9","#
          + #""parent_span_id":"d15276750913ffbc","service":"","operation":"chat.completions","#
          + #""kind":"unspecified","start_ns":1740382779170000000,"duration_ns":45919000000,"#
          + #""status":"unset","status_message":"","attributes":{"projectId":"p1","#
          + #""langfuse.observation.type":"GENERATION","langfuse.observation.level":"DEFAULT","#
          + #""langfuse.observation.model.parameters":{"model":"gpt"}},"events":[],"links":[],"#
          + #""resource":{},"scope":{}}"#,
        #"{"trace_id":"08b2b9ae85c698327cbd3357877aaab7","span_id":"d15276750913ffbc","#
          + #""parent_span_id":null,"service":"","operation":"agent","kind":"unspecified","#
          + #""start_ns":1740382779000000000,"duration_ns":-1740382779000000000,"status":"error","#
          + #""status_message":"","attributes":{"projectId":"p1","#
          + #""langfuse.observation.type":"SPAN","langfuse.observation.level":"ERROR"},"events":[],"#
          + #""links":[],"resource":{},"scope":{}}"#,
      ])
  }

  private static let agent = "6e0b6a2f95f44d0c8a576f7d0d1c9e21"

  @Test(arguments: ["langfuse-list.json", "langfuse-export.jsonl", "langfuse-trace.json"])
  func formsOfLangfuseSayTheSame(file: String) throws {
    let read = try ReadSpans(try PackageFile.bytes(Self.samples + file))
    let (batch, spans) = (read.batch, read.spans)
    #expect(read.report.problemCount == 0)
    #expect(read.report.repairs.isEmpty)
    #expect(spans.map { batch.text($0.name) } == ["agent", "chat", "feedback"])
    #expect(spans.map { Int64($0.end) - Int64($0.start) } == [47_000_000_000, 45_919_000_000, 0])
    #expect(spans.map(\.statusCode) == [0, 2, 0])
    #expect(batch.text(spans[1].statusMessage) == "rate limit")
    let hex = spans.map {
      String(decoding: HexText.encode(batch.bytes($0.traceID)[...]), as: UTF8.self)
    }
    #expect(Set(hex) == ["0b9d2c1e7f314b549d1c2f0f5a6b7c8d"])
    #expect(HexText.encode(batch.bytes(spans[0].spanID)[...]) == Array(Self.agent.utf8))
    #expect(HexText.encode(batch.bytes(spans[1].parentSpanID)[...]) == Array(Self.agent.utf8))
    #expect(batch.text(spans[1].spanID) == "gen-1")
    #expect(
      batch.lines(1) == [
        #"langfuse.observation.type="GENERATION""#,
        #"langfuse.observation.completion_start_time="2025-02-24T07:39:40.000Z""#,
        #"langfuse.observation.model.name="gpt-4o""#,
        "langfuse.observation.model.parameters=nested",
        "langfuse.observation.input=[]", #"langfuse.observation.output="because""#, "usage=nested",
        #"langfuse.observation.level="ERROR""#, "langfuse.observation.usage_details=nested",
        "langfuse.observation.cost_details=nested", #"langfuse.observation.prompt.name="qa""#,
        "langfuse.observation.prompt.version=3", "latency=45.919f",
      ])
    #expect(batch.lines(0).first == #"langfuse.observation.status_message="slow""#)
    let ofTrace = batch.lines(0).filter { $0.hasPrefix("user.id") || $0.hasPrefix("session.id") }
    #expect(ofTrace.count == (file == "langfuse-trace.json" ? 2 : 0))
  }

  @Test func rowsOfPhoenixAreSpans() throws {
    let read = try InputCase(Self.samples + "phoenix-rows.jsonl")
    #expect(read.problems == [])
    #expect(
      read.lines == [
        #"{"trace_id":"a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4","span_id":"1a2b3c4d5e6f7a8b","#
          + #""parent_span_id":null,"service":"","operation":"agent","kind":"unspecified","#
          + #""start_ns":1717243200000100000,"duration_ns":2499900000,"status":"ok","#
          + #""status_message":"","attributes":{"openinference.span.kind":"CHAIN","#
          + #""input.value":"hello"},"events":[],"links":[],"resource":{},"scope":{}}"#,
        #"{"trace_id":"a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4","span_id":"1a2b3c4d5e6f7a8c","#
          + #""parent_span_id":"1a2b3c4d5e6f7a8b","service":"","operation":"ChatCompletion","#
          + #""kind":"unspecified","start_ns":1717243200500000000,"duration_ns":1500000000,"#
          + #""status":"error","status_message":"rate limit","attributes":{"#
          + #""openinference.span.kind":"LLM","llm.model_name":"gpt-4","#
          + #""llm.token_count.prompt":100.0,"llm.input_messages":[{"message.role":"user","#
          + #""message.content":"hello"}]},"events":[{"time_ns":1717243201000000000,"#
          + #""name":"exception","attributes":{"exception.message":"429"}}],"links":[],"#
          + #""resource":{},"scope":{}}"#,
      ])
  }

  @Test func answersOfPhoenixAreSpans() throws {
    let read = try InputCase(Self.samples + "phoenix-rest.json")
    #expect(read.problems == [])
    #expect(
      read.lines == [
        #"{"trace_id":"a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4","span_id":"1a2b3c4d5e6f7a8b","#
          + #""parent_span_id":null,"service":"","operation":"llm_call","kind":"unspecified","#
          + #""start_ns":1704110400000000000,"duration_ns":1000000000,"status":"ok","#
          + #""status_message":"","attributes":{"llm.model_name":"gpt-4","#
          + #""llm.token_count.prompt":100,"id":"U3Bhbjox","openinference.span.kind":"LLM"},"#
          + #""events":[],"links":[],"resource":{},"scope":{}}"#
      ])
  }
}
