import Foundation
import Testing

@testable import BHTrace

/// Zipkin JSON of both versions, in and out.
struct ZipkinTests {
  @Test(
    .corpus("zipkin"),
    arguments: [
      ("ascend.json", 1, 8), ("envoy.json", 1, 1), ("messaging.json", 1, 4),
      ("messaging2.json", 1, 11), ("simple-db-p6.json", 1, 5), ("skew.json", 1, 4),
      ("netflix.json", 1, 8), ("v1-messaging-kafka.json", 1, 28), ("v1-span-client.json", 1, 1),
    ])
  func corpusComesBack(name: String, traces: Int, spans: Int) throws {
    let path = try Corpus.path("zipkin/\(name)")
    #expect(try TraceInput(path: path).format == .zipkinJSON)
    let read = try ReadSpans(path: path)
    #expect(read.count == spans)
    #expect(read.traceCount == traces)
    #expect(read.report.problemCount == 0)
    let (bytes, losses) = try read.written(ZipkinWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
    if !name.hasPrefix("v1") {
      let original = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(try words(Array(original)) == words(bytes))
    }
  }

  /// Each span as a dictionary, in words that do not depend on the order of spans.
  private func words(_ bytes: [UInt8]) throws -> [String] {
    let spans = try foundation(bytes) as? [[String: Any]] ?? []
    return spans.map { span in
      var span = span
      for (key, value) in span {
        // What is empty or false is the same as what is not there.
        if value as? Bool == false && value is NSNumber && (value as? Int) == 0 && key != "duration"
        {
          span[key] = nil
        }
        if (value as? [Any])?.isEmpty == true || (value as? [String: Any])?.isEmpty == true {
          span[key] = nil
        }
      }
      if let kept = try? JSONSerialization.data(withJSONObject: span, options: .sortedKeys) {
        return String(decoding: kept, as: UTF8.self)
      }
      return ""
    }.sorted()
  }

  @Test func spansBecomeRecords() throws {
    let read = try ReadSpans(
      #"[[{"traceId":"463ac35c9f6413ad","id":"a2fb4a1d1a96d312","parentId":"1","kind":"CLIENT","name":"get","timestamp":1472470996199000,"duration":207000,"localEndpoint":{"serviceName":"front","ipv4":"10.0.0.1","ipv6":"::1","port":80},"remoteEndpoint":{"serviceName":"back","ipv4":"10.0.0.2","port":9000},"annotations":[{"timestamp":1472470996238000,"value":"ws"}],"tags":{"peer.service":"tag","a":"b","error":"timeout"},"shared":true,"debug":true}]]"#
    )
    let (batch, span) = (read.batch, read.spans[0])
    #expect(batch.bytes(span.traceID).prefix(8).allSatisfy { $0 == 0 })
    #expect(batch.bytes(span.traceID).last == 0xAD)
    #expect(batch.bytes(span.parentSpanID) == [0, 0, 0, 0, 0, 0, 0, 1])
    #expect(span.kind == 3 && span.statusCode == 2)
    #expect(batch.text(span.statusMessage) == "timeout")
    #expect(span.start == 1_472_470_996_199_000_000 && span.end - span.start == 207_000_000)
    #expect(
      batch.lines(0) == [
        "peer.service=\"tag\"", "a=\"b\"", "error=\"timeout\"", "zipkin.shared=true",
        "zipkin.debug=true", "net.host.ip=\"10.0.0.1\"", "net.host.ip=\"::1\"", "net.host.port=80",
        "peer.service=\"back\"", "net.peer.ip=\"10.0.0.2\"", "net.peer.port=9000",
      ])
    #expect(
      batch.lines(batch.resources[Int(span.resource)].attributes) == ["service.name=\"front\""])
    #expect(batch.events.map { batch.text($0.name) } == ["ws"])
    #expect(differences(read, try ReadSpans(try read.written(ZipkinWriter()).bytes)) == "")
  }

  @Test func absentTimesStayAbsent() throws {
    let read = try ReadSpans(
      #"{"traceId":"1","id":"2"}{"traceId":"1","id":"3","timestamp":0,"duration":0}{"traceId":"1","id":"4","duration":5}"#
    )
    #expect(read.spans.map(\.end) == [0, 0, 5_000])
    #expect(
      (0..<3).map { read.batch.lines($0).count } == [2, 0, 1])
    let (bytes, _) = try read.written(ZipkinWriter())
    #expect(differences(read, try ReadSpans(bytes)) == "")
    let spans = try foundation(bytes) as? [[String: Any]] ?? []
    #expect(spans.filter { $0["timestamp"] == nil }.count == 2)
    #expect(spans.filter { $0["duration"] == nil }.count == 1)
  }

  @Test func fieldsComeFromTags() throws {
    let read = try ReadSpans(
      #"[{"traceId":"1","id":"2","timestamp":1,"duration":1,"tags":{"span.kind":"internal","otel.status_code":"ERROR","error":"late","otel.scope.name":"lib","otel.scope.version":"3","w3c.tracestate":"a=b","n":5}},{"traceId":"1","id":"3","kind":"SERVER","timestamp":1,"duration":1,"tags":{"span.kind":"internal","otel.library.name":"old","error":""}}]"#
    )
    #expect(read.spans.map(\.kind) == [1, 2])
    #expect(read.spans.map(\.statusCode) == [2, 2])
    #expect(read.spans.map { read.batch.text($0.statusMessage) } == ["late", ""])
    #expect(read.batch.lines(0) == ["n=\"5\""])
    #expect(
      read.batch.lines(1) == [
        "span.kind=\"internal\"", "otel.library.name=\"old\"", "error=\"\"",
      ])
    #expect(
      read.spans.map { read.batch.text(read.batch.scopes[Int($0.scope)].name) } == ["lib", "old"])
    #expect(read.batch.text(read.spans[0].traceState) == "a=b")
    let (bytes, losses) = try read.written(ZipkinWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
  }

  @Test func badSpansAreReportedAndTheRestIsRead() throws {
    let good = #"{"traceId":"1","id":"2","timestamp":1}"#
    var read = try ReadSpans("[\(good),5,{\"name\":\"2\"},\(good)]")
    #expect(read.count == 2 && read.report.problemCount == 2)
    read = try ReadSpans("\(good)\n{\"traceId\":\"1\",\"id\":\n\(good)\n")
    #expect(read.count == 2 && read.report.problemCount == 1)
    read = try ReadSpans("[\(good),\(good.dropLast(2))")
    #expect(read.count == 1)
    #expect(read.report.problems.first?.code == .truncated)
    #expect(try ReadSpans(" [ ] ").count == 0)
  }
}

/// Spans of version 1, as Zipkin's own converter reads them.
struct ZipkinV1Tests {
  private func read(_ annotations: String, _ binary: String = "", _ rest: String = "") throws
    -> ReadSpans
  {
    try ReadSpans(
      #"[{"traceId":"1","id":"2","name":"get"\#(rest),"annotations":[\#(annotations)],"binaryAnnotations":[\#(binary)]}]"#
    )
  }

  private func annotation(_ value: String, _ time: Int, _ service: String) -> String {
    #"{"timestamp":\#(time),"value":"\#(value)","endpoint":{"serviceName":"\#(service)"}}"#
  }

  private func address(_ key: String, _ service: String) -> String {
    #"{"key":"\#(key)","value":true,"endpoint":{"serviceName":"\#(service)","port":80}}"#
  }

  private func services(_ read: ReadSpans) -> [String] {
    read.spans.map { read.batch.text(read.batch.serviceName(of: Int($0.resource))) }
  }

  @Test func clientHasItsRemoteEndpoint() throws {
    let read = try read(
      [annotation("cs", 10, "front"), annotation("ws", 11, "front"), annotation("cr", 20, "front")]
        .joined(separator: ","),
      [
        address("ca", "front"), address("sa", "back"),
        #"{"key":"http.path","value":"/api","endpoint":{"serviceName":"front"}}"#,
      ].joined(separator: ","))
    #expect(read.count == 1)
    #expect(read.spans[0].kind == 3)
    #expect(read.spans[0].start == 10_000 && read.spans[0].end == 20_000)
    #expect(
      read.batch.lines(0) == ["http.path=\"/api\"", "peer.service=\"back\"", "net.peer.port=80"])
    // Nothing was sent by message, so ws is a plain event.
    #expect(read.batch.events.map { read.batch.text($0.name) } == ["ws"])
  }

  @Test func clientAndServerInOneSpanAreTwo() throws {
    let times = [
      annotation("cs", 10, "front"), annotation("sr", 12, "back"), annotation("ss", 18, "back"),
      annotation("cr", 20, "front"), annotation("hit", 15, "back"),
    ].joined(separator: ",")
    let read = try read(times)
    #expect(services(read) == ["front", "back"])
    #expect(read.spans.map(\.kind) == [3, 2])
    #expect(read.spans.map(\.start) == [10_000, 12_000])
    #expect(read.spans.map(\.end) == [20_000, 18_000])
    #expect(read.batch.lines(1) == ["zipkin.shared=true"])
    #expect(read.spans.map(\.events.count) == [0, 1])
    // A service that calls itself is two spans as well.
    let loop = try self.read(times.replacing("back", with: "front"))
    #expect(services(loop) == ["front", "front"])
    #expect(loop.spans.map(\.kind) == [3, 2])
    #expect(differences(loop, try ReadSpans(try loop.written(ZipkinWriter()).bytes)) == "")
  }

  @Test func serverWithoutTimesOfItsOwnIsShared() throws {
    let times = annotation("sr", 12, "back") + "," + annotation("ss", 18, "back")
    #expect(try read(times).batch.lines(0) == ["zipkin.shared=true"])
    let own = try read(times, "", #","timestamp":12,"duration":6"#)
    #expect(own.batch.lines(0) == [])
    #expect(own.spans[0].end == 18_000)
  }

  @Test func incompleteCallsKeepWhatTheyHave() throws {
    let read = try read(annotation("cr", 20, "front"))
    #expect(read.spans[0].kind == 3)
    #expect(read.batch.events.map { read.batch.text($0.name) } == ["cr"])
    // An end that agrees with the span's times stands for the start as well.
    let whole = try self.read(annotation("cr", 20, "front"), "", #","timestamp":5,"duration":15"#)
    #expect(whole.spans[0].events.count == 0)
    #expect(whole.spans[0].start == 5_000 && whole.spans[0].end == 20_000)
  }

  @Test func messagesAreProducersAndConsumers() throws {
    let sent = try read(
      annotation("ms", 10, "a") + "," + annotation("ws", 14, "a"), address("ma", "kafka"))
    #expect(sent.spans[0].kind == 4 && sent.spans[0].end == 14_000)
    #expect(sent.batch.lines(0) == ["peer.service=\"kafka\"", "net.peer.port=80"])
    let received = try read(annotation("wr", 10, "b") + "," + annotation("mr", 14, "b"))
    #expect(received.spans[0].kind == 5)
    #expect(received.spans[0].start == 10_000 && received.spans[0].end == 14_000)
    let both = try read(annotation("ms", 10, "a") + "," + annotation("mr", 14, "b"))
    #expect(both.spans.map(\.kind) == [4, 5])
    #expect(both.batch.lines(1).contains("zipkin.shared=true"))
  }

  @Test func localComponentsAndAddressesWithoutCalls() throws {
    let local = try read("", #"{"key":"lc","value":"","endpoint":{"serviceName":"a"}}"#)
    #expect(services(local) == ["a"])
    #expect(local.batch.lines(0).contains { $0.hasPrefix("lc") } == false)
    let server = try read("", address("ca", "caller"))
    #expect(server.spans[0].kind == 2)
    let client = try read("", address("ca", "caller") + "," + address("sa", "callee"))
    #expect(services(client) == ["caller"])
    #expect(client.batch.lines(0).suffix(2) == ["peer.service=\"callee\"", "net.peer.port=80"])
  }
}
