import Testing

@testable import BHTrace

/// Times in other spellings and units than a format has them.
struct PublicCaseTimeTests {
  @Test func halvesOfANumberAreOne() throws {
    let read = try PublicCase.read("13-times-as-low-high")
    #expect(read.spans[0].start == 1_697_699_798_278_000_000)
    #expect(read.spans[0].end == 1_697_699_798_279_847_401)
    #expect(read.batch.events[0].time == 1_697_699_798_279_000_000)
    #expect(read.repairs == ["number in two halves, low and high, read as one: 3"])
    #expect(read.report.problemCount == 0)
  }

  @Test(arguments: [
    (#"{"low":1,"high":2,"unsigned":true}"#, 8_589_934_593),
    (#"{"high":0,"low":-1}"#, 4_294_967_295),
    (#"1.7e18"#, 1_700_000_000_000_000_000), (#""1.7E+18""#, 1_700_000_000_000_000_000),
    (#"1700000000000000000.75"#, 1_700_000_000_000_000_000),
  ])
  func timesAreReadHoweverTheyAreWritten(text: String, time: UInt64) throws {
    let read = try ReadSpans(span(#""startTimeUnixNano":\#(text)"#))
    #expect(read.spans[0].start == time)
    #expect(read.report.problemCount == 0)
  }

  @Test(arguments: [
    #"{"low":1}"#, #"{"low":1,"high":2,"middle":3}"#, #"{"low":"1","high":2}"#,
    #"{"low":4294967296,"high":2}"#, #"{}"#, "-1", "2e19", #""soon""#,
  ])
  func whatIsNoTimeIsNamed(text: String) throws {
    let read = try ReadSpans(span(#""startTimeUnixNano":\#(text),"name":"kept""#))
    #expect(read.spans[0].start == 0)
    #expect(read.batch.text(read.spans[0].name) == "kept")
    #expect(read.report.problemCount == 1)
  }

  @Test func textIsATimeInZipkin() throws {
    let read = try PublicCase.read("02-zipkin-string-times")
    #expect(read.count == 1)
    #expect(read.spans[0].start == 1_572_849_988_488_551_000)
    #expect(read.spans[0].end - read.spans[0].start == 7_131_000)
    #expect(read.batch.text(read.batch.events[0].name) == "cr")
    #expect(read.batch.events[0].time == 1_572_849_988_490_000_000)
  }

  @Test func timesIn1970AreDoubted() throws {
    let kept = try PublicCase.read("06-zipkin-millisecond-times")
    #expect(kept.notices == ["2 of 2 spans start or end before the year 2000"])
    #expect(kept.report.notices[0].remedy == .timeUnit(.milliseconds))
    let scaled = try PublicCase.read("06-zipkin-millisecond-times", timeUnit: .milliseconds)
    #expect(scaled.spans[0].start == 1_614_955_200_123_000_000)
    #expect(scaled.spans[0].end - scaled.spans[0].start == 207_000_000)
    #expect(scaled.notices == [])
  }

  @Test func timesFromTheStartOfATraceAreNotDoubted() throws {
    let read = try ReadSpans(span(#""startTimeUnixNano":"0","endTimeUnixNano":"482000000""#))
    #expect(!read.notices.contains { $0.contains("2000") })
    let seconds = try ReadSpans(span(#""startTimeUnixNano":1700000000"#))
    #expect(seconds.report.notices.last?.remedy == .timeUnit(.seconds))
  }

  @Test func aRootOfCenturiesIsDoubted() throws {
    let read = try PublicCase.read("57-root-start-in-milliseconds")
    #expect(
      read.notices == [
        "1 of 2 spans starts or ends before the year 2000", "1 of 2 spans is longer than a year",
      ])
    // Another unit would put the other span wrong.
    #expect(read.report.notices.map(\.remedy) == [.none, .none])
  }

  @Test(arguments: InputMending.TimeUnit.allCases)
  func everyReaderTakesAnotherUnit(unit: InputMending.TimeUnit) throws {
    var mending = InputMending()
    mending.timeUnit = unit
    let inputs = [
      Array(span(#""startTimeUnixNano":"1700000","endTimeUnixNano":1700001"#).utf8),
      Array(#"{"traceID":"1","spanID":"2","startTime":1700000,"duration":1}"#.utf8),
      Array(#"[{"traceId":"1","id":"2","timestamp":"1700000","duration":1}]"#.utf8),
      protobuf(start: 1_700_000, end: 1_700_001),
    ]
    for input in inputs {
      let read = try ReadSpans(input, mending: mending)
      #expect(read.spans[0].start == 1_700_000 * unit.step)
      #expect(read.spans[0].end == 1_700_001 * unit.step)
    }
  }

  @Test func fractionsCountInAnotherUnit() throws {
    var mending = InputMending()
    mending.timeUnit = .seconds
    let json = try ReadSpans(
      Array(
        span(#""startTimeUnixNano":1700000000.000000123456,"endTimeUnixNano":"1700000001.5""#).utf8),
      mending: mending)
    #expect(json.spans[0].start == 1_700_000_000_000_000_123)
    #expect(json.spans[0].end == 1_700_000_001_500_000_000)
    #expect(json.repairs == ["time with a fraction of a nanosecond cut to whole ones: 1"])
    let zipkin = try ReadSpans(
      Array(#"[{"traceId":"1","id":"2","timestamp":1700000000.25,"duration":0.001}]"#.utf8),
      mending: mending)
    #expect(zipkin.spans[0].start == 1_700_000_000_250_000_000)
    #expect(zipkin.spans[0].end == 1_700_000_000_251_000_000)
  }

  @Test func microsecondsMayHaveDecimals() throws {
    let read = try ReadSpans(
      #"{"traceID":"1","spanID":"2","startTime":1700000000000000.125,"duration":"1.5e3"}"#)
    #expect(read.spans[0].start == 1_700_000_000_000_000_125)
    #expect(read.spans[0].end - read.spans[0].start == 1_500_000)
    #expect(read.report.problemCount == 0)
  }

  private func span(_ members: String) -> String {
    #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"# + members + "}]}]}]}"
  }

  private func protobuf(start: UInt64, end: UInt64) -> [UInt8] {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    var span = SpanRecord()
    span.traceID = batch.append([UInt8](repeating: 1, count: 16))
    span.spanID = batch.append([UInt8](repeating: 2, count: 8))
    (span.start, span.end) = (start, end)
    batch.spans = [span]
    return batch.written(OTLPProtobufTraceWriter(framing: .bare)).bytes
  }
}
