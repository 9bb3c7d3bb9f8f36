import Testing

@testable import BHTrace

/// The forms Jaeger JSON comes in, and what its fields become.
struct JaegerInputTests {
  private let span =
    #"{"traceID":"1","spanID":"a","operationName":"get","references":[],"startTime":5,"duration":3,"#

  private func trace(_ spans: String, _ rest: String = "") -> String {
    #"{"traceID":"1","spans":[\#(spans)],"processes":{"p1":{"serviceName":"shop","tags":[]}}\#(rest)}"#
  }

  @Test func idsArePaddedNumbersOrText() throws {
    let read = try ReadSpans(
      #"{"traceID":"Ab1","spanID":"7","parentSpanID":"00","operationName":"x","startTime":1}"#
        + "\n" + #"{"traceID":"order-17","spanID":"s p","operationName":"x","startTime":1}"#)
    let batch = read.batch
    #expect(batch.bytes(read.spans[0].traceID) == [UInt8](repeating: 0, count: 14) + [0x0A, 0xB1])
    #expect(batch.bytes(read.spans[0].spanID) == [0, 0, 0, 0, 0, 0, 0, 7])
    #expect(read.spans[0].parentSpanID.isEmpty)
    #expect(batch.text(read.spans[1].traceID) == "order-17")
    #expect(batch.text(read.spans[1].spanID) == "s p")
    let again = try ReadSpans(try read.written(JaegerWriter()).bytes)
    #expect(differences(read, again) == "")
  }

  @Test func tracesComeInManyForms() throws {
    let one = trace(span + #""processID":"p1"}"#)
    let forms = [
      one, "[\(one)]", #"{"data":[\#(one)]}"#, #"{"data":\#(one)}"#,
      #"{"total":0,"limit":0,"data":[\#(one)],"errors":null}"#, "\u{FEFF}" + one, "\0\0\0" + one,
    ]
    let wanted = try ReadSpans(one)
    #expect(wanted.count == 1)
    for form in forms {
      let read = try ReadSpans(form)
      #expect(differences(wanted, read) == "", "\(form)")
      #expect(read.report.problemCount == 0)
    }
    #expect(try ReadSpans(one + "\n" + one + one).count == 3)
    #expect(try ReadSpans(#"{"data":[\#(one),\#(one)]}"#).count == 2)
    #expect(throws: FormatError.self) { try ReadSpans(#"{"data":[],"total":0}"#) }
  }

  @Test func storageDocumentsAreSpans() throws {
    let wanted = try ReadSpans(
      trace(
        span
          + #""tags":[{"key":"a.b","type":"string","value":"x"},{"key":"n","type":"int64","value":7}],"processID":"p1"}"#
      ))
    let document =
      span
      + #""startTimeMillis":0,"tags":[],"tag":{"a@b":"x","n":7},"process":{"serviceName":"shop","tag":{}}}"#
    for form in [
      document, #"{"index":{"_id":"1"}}"# + "\n" + document,
      #"{"_index":"jaeger-span","_source":\#(document),"_score":1}"#,
    ] {
      let read = try ReadSpans(form)
      #expect(differences(wanted, read) == "", "\(form)")
      #expect(read.report.problemCount == 0 && read.report.repairs.isEmpty)
    }
  }

  @Test func tagsKeepTheirTypes() throws {
    let read = try ReadSpans(
      span + #""tags":["#
        + #"{"key":"s","type":"string","value":"1"},{"key":"b","type":"bool","value":"true"},"#
        + #"{"key":"i","type":"int64","value":"9223372036854775222"},"#
        + #"{"key":"f","type":"float64","value":200},{"key":"g","type":"float64","value":"NaN"},"#
        + #"{"type":"binary","value":"AAE=","key":"y"},{"key":"t","value":1.5},"#
        + #"{"key":"w","type":"int64","value":"many"},{"key":"o","type":"string","value":{"a":1}},"#
        + #"{"key":"z","type":"string","value":null}]}"#)
    #expect(
      read.batch.lines(0) == [
        "s=\"1\"", "b=true", "i=9223372036854775222", "f=200.0f", "g=nanf", "y=bytes [0, 1]",
        "t=1.5f", "w=\"many\"", "o=\"{\"a\":1}\"", "z=empty",
      ])
    #expect(read.report.repairs.map(\.count) == [1, 1])
    let again = try ReadSpans(try read.written(JaegerWriter()).bytes)
    #expect(differences(read, again) == "")
  }

  @Test(arguments: [
    (#"{"key":"error","type":"bool","value":true}"#, 2, "", ["error=true"]),
    (
      #"{"key":"error","type":"bool","value":true},{"key":"otel.status_code","type":"string","value":"ERROR"},{"key":"otel.status_description","type":"string","value":"late"}"#,
      2, "late", []
    ),
    (#"{"key":"otel.status_code","type":"string","value":"OK"}"#, 1, "", []),
    (
      #"{"key":"otel.status_code","type":"string","value":"ERROR"}"#, 2, "",
      ["otel.status_code=\"ERROR\""]
    ),
    (
      #"{"key":"otel.status_code","type":"string","value":"OK"},{"key":"error","type":"string","value":"true"}"#,
      2, "", ["otel.status_code=\"OK\"", "error=\"true\""]
    ),
    (#"{"key":"error","type":"bool","value":false}"#, 0, "", ["error=false"]),
  ])
  func statusComesFromTags(tags: String, code: Int32, message: String, left: [String]) throws {
    let read = try ReadSpans(span + "\"tags\":[\(tags)]}")
    #expect(read.spans[0].statusCode == code)
    #expect(read.batch.text(read.spans[0].statusMessage) == message)
    #expect(read.batch.lines(0) == left)
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
    #expect(try JaegerWords.of(bytes)[0].contains("error") == (tags.contains("error")))
  }

  @Test func fieldsComeFromTheFirstTagOfTheirName() throws {
    func tag(_ key: String, _ value: String) -> String {
      #"{"key":"\#(key)","type":"string","value":"\#(value)"}"#
    }
    let tags = [
      tag("span.kind", "client"), tag("span.kind", "server"), tag("otel.library.name", "old"),
      tag("otel.scope.version", "2"), tag("w3c.tracestate", "a=b"), tag("x", "y"),
    ]
    let read = try ReadSpans(span + "\"tags\":[\(tags.joined(separator: ","))]}")
    #expect(read.spans[0].kind == 3)
    let scope = read.batch.scopes[Int(read.spans[0].scope)]
    #expect(read.batch.text(scope.name) == "old")
    #expect(read.batch.text(scope.version) == "2")
    #expect(read.batch.text(read.spans[0].traceState) == "a=b")
    #expect(
      read.batch.lines(0) == ["span.kind=\"server\"", "otel.library.name=\"old\"", "x=\"y\""])
    #expect(differences(read, try ReadSpans(try read.written(JaegerWriter()).bytes)) == "")
  }

  @Test(arguments: [
    ("C1", "1", ""), ("F1", "1", "F1"), ("F1 C2", "2", "F1"), ("C1 F1", "1", "C1 F1"),
    ("C1 F2", "1", "F2"), ("C1 C1", "1", "C1"), ("c1 C2 F2", "2", "c1 C2 F2"), ("c1", "", "c1"),
    ("f1 F3 F1", "3", "f1 F3 F1"), ("F1 C1 C1", "1", "F1 C1 C1"), ("X1 C2", "2", "X1"),
    ("", "", ""),
    ("C0 C1", "1", "C0"),
  ])
  func referencesAreParentAndLinks(references: String, parent: String, links: String) throws {
    // A letter is the type, in upper case to the same trace; the digit is the span.
    let list = references.split(separator: " ").map { reference -> String in
      let letter = String(reference.prefix(1))
      let type =
        ["C": "CHILD_OF", "F": "FOLLOWS_FROM", "X": "CAUSED_BY"][letter.uppercased()] ?? ""
      let trace = letter == letter.uppercased() ? "1" : "2"
      return #"{"refType":"\#(type)","traceID":"\#(trace)","spanID":"\#(reference.suffix(1))"}"#
    }
    let text = span.replacing(
      "\"references\":[]", with: "\"references\":[\(list.joined(separator: ","))]")
    let read = try ReadSpans(text + "\"tags\":[]}")
    let batch = read.batch
    func number(_ run: ByteRange) -> String { batch.bytes(run).last.map { "\($0)" } ?? "" }
    #expect(number(read.spans[0].parentSpanID) == parent)
    let found = batch.links[read.spans[0].links.indices].map { link -> String in
      let type = batch.lines(link.attributes)[0]
      let letter = type.contains("child_of") ? "C" : type.contains("follows_from") ? "F" : "X"
      return (number(link.traceID) == "1" ? letter : letter.lowercased()) + number(link.spanID)
    }
    #expect(found.joined(separator: " ") == links)
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
    let words = #"{"traceID":"1","spans":[\#(text)"tags":[]}],"processes":{}}"#
    let kept = try JaegerWords.of(Array(words.utf8)).map { $0.replacing("  []", with: " []") }
    let written = try JaegerWords.of(bytes).map {
      $0.replacing("OTLPResourceNoServiceName", with: "").replacing("  []", with: " []")
    }
    #expect(kept == written)
  }

  @Test func warningsStayWithTheirSpanAndTrace() throws {
    let spans =
      span.replacing("\"startTime\":5", with: "\"startTime\":9") + #""warnings":["skew","late"]},"#
      + span + #""warnings":null}"#
    let read = try ReadSpans(trace(spans, #","warnings":["torn"]"#))
    #expect(read.batch.lines(0) == ["jaeger.warnings=[skew,late]"])
    #expect(read.batch.lines(1) == ["jaeger.trace_warnings=[torn]"])
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
    #expect(try JaegerWords.of(bytes).contains("trace warnings [\"torn\"]"))
  }

  @Test func eventsAreNamedByTheirFirstEventField() throws {
    let logs =
      #""logs":[{"timestamp":7,"fields":[{"key":"a","type":"int64","value":1},{"key":"event","type":"string","value":"retry"},{"key":"event","type":"string","value":"b"}]},{"timestamp":8,"fields":[]},{"fields":[]}]}"#
    let read = try ReadSpans(span + logs)
    let events = read.batch.events
    #expect(events.map { read.batch.text($0.name) } == ["retry", "", ""])
    #expect(events.map(\.time) == [7_000, 8_000, 0])
    #expect(read.batch.lines(events[0].attributes) == ["a=1", "event=\"b\""])
    #expect(read.report.repairs.count == 1)
    #expect(differences(read, try ReadSpans(try read.written(JaegerWriter()).bytes)) == "")
  }

  @Test func damageCostsNoMoreThanItself() throws {
    let good = span + #""processID":"p1"}"#
    // A bad span of a trace.
    let bad = span.replacing("\"startTime\":5", with: "\"startTime\":\"soon\"") + #""tags":[]}"#
    var read = try ReadSpans(trace("\(good),\(bad),7,\(good)"))
    #expect(read.count == 2)
    #expect(read.report.problemCount == 3)
    // Lines that are broken off, and lines that are no JSON.
    let line = span + #""tags":[]}"#
    read = try ReadSpans(
      [line, String(line.dropLast(9)), line, "no json", line, String(line.dropLast(30)), line]
        .joined(separator: "\n"))
    #expect(read.count == 4)
    #expect(read.report.problems.map { $0.what.contains("line ") } == [true, true])
    #expect(
      read.report.repairs.contains {
        $0.what == "other text around the records left out, such as 'no json'" && $0.count == 1
      })
    // A file that ends early.
    read = try ReadSpans(String(trace("\(good),\(good),\(good)").dropLast(120)))
    #expect(read.count == 2)
    #expect(read.report.problems.map(\.code) == [.truncated])
    #expect(throws: FormatError.self) {
      try ReadSpans(Array("\(line)\n{\"traceID\":".utf8), strict: true)
    }
  }

  @Test func hugeNumbersOfBrokenLinesAreReadInLinearTime() throws {
    // Each line opens what it does not close: going back after each would be quadratic.
    let lines = Array(repeating: "{\"traceID\": [", count: 40_000).joined(separator: "\n")
    let good = span + #""tags":[]}"#
    let read = try ReadSpans(good + "\n" + lines + "\n" + good)
    #expect(read.count == 2)
    #expect(read.report.problemCount >= 1)
  }

  @Test func timesAreCutToTheModelsRange() throws {
    let read = try ReadSpans(
      #"{"traceID":"1","spanID":"2","operationName":"x","startTime":-5,"duration":-3}"#
        + #"{"traceID":"1","spanID":"2","operationName":"x","startTime":9,"duration":-3}"#
        + #"{"traceID":"1","spanID":"2","operationName":"x","startTime":9223372036854775807}"#
        + #"{"traceID":"1","spanID":"2","operationName":"x","startTime":1.5e3,"duration":"4"}"#)
    #expect(read.spans.map(\.start) == [0, 9_000, UInt64.max / 1_000 * 1_000, 1_500_000])
    #expect(read.spans.map(\.end) == [0, 6_000, UInt64.max / 1_000 * 1_000, 1_504_000])
    #expect(read.report.repairs.first?.count == 3)
    #expect(differences(read, try ReadSpans(try read.written(JaegerWriter()).bytes)) == "")
  }
}
