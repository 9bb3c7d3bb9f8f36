/// A Zipkin span of version 1, in which annotations say what the span is and endpoints hang on
/// each of them: one span can be the work of a client and its server.
///
/// `converted` follows Zipkin's own `V1SpanConverter`: the core annotations `cs sr ss cr ms mr ws wr`
/// give kind, times and `shared`; each service gets a span of its own; `ca sa ma` are remote
/// endpoints; other binary annotations are tags.
struct ZipkinV1Span {
  /// A key with a value, seen at an endpoint.
  struct BinaryAnnotation {
    var key = ByteRange.empty
    /// The value as text.
    var value = ByteRange.empty
    /// Whether the value is true or false.
    var isFlag = false
    var endpoint: ZipkinSpan.Endpoint?
  }

  /// What both versions have, annotations included.
  var common = ZipkinSpan()
  /// The endpoint of each annotation of `common`.
  var endpoints: [ZipkinSpan.Endpoint?] = []
  var binaryAnnotations: [BinaryAnnotation] = []
  /// Whether there was an id, empty as it may be.
  var isSpan = false
  /// Whether anything occurred that only version 1 has.
  var isVersion1 = false

  /// The spans of version 2 that say the same; `arena` holds the ranges.
  func converted(_ arena: [UInt8]) -> [ZipkinSpan] {
    var conversion = ZipkinV1Conversion(self, arena)
    return conversion.run()
  }
}

/// One span on its way from version 1 to version 2.
private struct ZipkinV1Conversion {
  private let source: ZipkinV1Span
  private let arena: [UInt8]
  private var spans: [ZipkinSpan] = []
  private var core = [Core?](repeating: nil, count: CoreName.allCases.count)

  private enum CoreName: Int, CaseIterable {
    case cs, sr, ss, cr, ms, mr, ws, wr

    var text: StaticString {
      switch self {
      case .cs: "cs"
      case .sr: "sr"
      case .ss: "ss"
      case .cr: "cr"
      case .ms: "ms"
      case .mr: "mr"
      case .ws: "ws"
      case .wr: "wr"
      }
    }

    /// The kind of the span that has the annotation, 0 for any.
    var kind: Int32 {
      switch self {
      case .cs, .cr: 3
      case .sr, .ss: 2
      case .ms: 4
      case .mr: 5
      case .ws, .wr: 0
      }
    }
  }

  private struct Core {
    var annotation: ZipkinSpan.Annotation
    var endpoint: ZipkinSpan.Endpoint
    var time: Int128 { annotation.time }
  }

  init(_ source: ZipkinV1Span, _ arena: [UInt8]) {
    self.source = source
    self.arena = arena
    spans.append(blank())
  }

  private subscript(_ name: CoreName) -> Core? {
    get { core[name.rawValue] }
    set { core[name.rawValue] = newValue }
  }

  // As in Zipkin, a time of 0 counts as none.
  private var timestamp: Int128? { source.common.timestamp.flatMap { $0 == 0 ? nil : $0 } }
  private var duration: Int128? { source.common.duration.flatMap { $0 == 0 ? nil : $0 } }

  mutating func run() -> [ZipkinSpan] {
    takeAnnotations()
    completeStarts()
    setCallTimes()
    setMessageTimes()
    takeBinaryAnnotations()
    return spans
  }

  private func blank() -> ZipkinSpan {
    var span = ZipkinSpan()
    span.traceID = source.common.traceID
    span.id = source.common.id
    span.parentID = source.common.parentID
    span.name = source.common.name
    span.isDebug = source.common.isDebug
    return span
  }

  private func isSameService(_ a: ZipkinSpan.Endpoint, _ b: ZipkinSpan.Endpoint) -> Bool {
    ByteComparison.equal(arena, a.serviceName, arena, b.serviceName)
  }

  /// The index of the span of an endpoint's service, a new one where there is none yet; what has
  /// no endpoint belongs to the first.
  private mutating func place(_ endpoint: ZipkinSpan.Endpoint?) -> Int {
    guard let endpoint else { return 0 }
    if spans[0].local.isEmpty { spans[0].local = endpoint }
    if let known = spans.firstIndex(where: { isSameService($0.local, endpoint) }) { return known }
    return fork(endpoint)
  }

  private mutating func fork(_ endpoint: ZipkinSpan.Endpoint) -> Int {
    var span = blank()
    span.local = endpoint
    spans.append(span)
    return spans.count - 1
  }

  private mutating func takeAnnotations() {
    for (index, annotation) in source.common.annotations.enumerated() {
      let endpoint = source.endpoints[index]
      let place = place(endpoint)
      let name = CoreName.allCases.first {
        ByteComparison.equal(arena, annotation.value, $0.text)
      }
      guard let name, let endpoint else {
        spans[place].annotations.append(annotation)
        continue
      }
      self[name] = Core(annotation: annotation, endpoint: endpoint)
      if name.kind != 0 { spans[place].kind = name.kind }
    }
  }

  /// An end that agrees with the span's own times stands for the start as well.
  private mutating func completeStarts() {
    guard let timestamp, let duration else { return }
    for (start, end) in [(CoreName.cs, CoreName.cr), (.sr, .ss)] where self[start] == nil {
      guard let core = self[end], timestamp &+ duration == core.time else { continue }
      var begin = core
      begin.annotation.time = timestamp
      self[start] = begin
    }
  }

  private mutating func setCallTimes() {
    if let cs = self[.cs], let sr = self[.sr] {
      // The client's side has the span's own times.
      setTimes(cs, self[.cr])
      let client = place(cs.endpoint)
      var server: Int
      if isSameService(cs.endpoint, sr.endpoint) {
        spans[client].kind = CoreName.cs.kind
        server = fork(sr.endpoint)
        spans[server].kind = CoreName.sr.kind
      } else {
        server = place(sr.endpoint)
      }
      spans[server].isShared = true
      spans[server].timestamp = sr.time
      spans[server].duration = self[.ss].map { $0.time &- sr.time }
      if self[.cr] == nil && duration == nil { spans[client].duration = nil }
    } else if let cs = self[.cs], let cr = self[.cr] {
      setTimes(cs, cr)
    } else if let sr = self[.sr], let ss = self[.ss] {
      setTimes(sr, ss)
    } else {
      setIncompleteTimes()
    }
    // A server that has no times of its own took the client's span.
    if self[.cs] == nil, let sr = self[.sr],
      timestamp == nil || (self[.ss] != nil && duration == nil)
    {
      let server = place(sr.endpoint)
      spans[server].isShared = true
    }
  }

  private mutating func setTimes(_ begin: Core, _ end: Core?) {
    let place = place(begin.endpoint)
    if let timestamp, let duration {
      spans[place].timestamp = timestamp
      spans[place].duration = duration
    } else {
      spans[place].timestamp = begin.time
      if let end { spans[place].duration = end.time &- begin.time }
    }
  }

  private mutating func setIncompleteTimes() {
    for index in spans.indices {
      let (begin, end): (CoreName, CoreName)
      switch spans[index].kind {
      case CoreName.cs.kind: (begin, end) = (.cs, .cr)
      case CoreName.sr.kind: (begin, end) = (.sr, .ss)
      default: continue
      }
      if let begin = self[begin] { spans[index].timestamp = begin.time }
      if let end = self[end] { spans[index].annotations.append(end.annotation) }
    }
    if timestamp != nil {
      spans[0].timestamp = timestamp
      spans[0].duration = duration
    }
  }

  private mutating func setMessageTimes() {
    let (sent, received) = (self[.ws], self[.wr])
    if let ms = self[.ms], let mr = self[.mr] {
      let producer = place(ms.endpoint)
      var consumer: Int
      if isSameService(ms.endpoint, mr.endpoint) {
        spans[producer].kind = CoreName.ms.kind
        consumer = fork(mr.endpoint)
        spans[consumer].kind = CoreName.mr.kind
      } else {
        consumer = place(mr.endpoint)
      }
      spans[consumer].isShared = true
      spans[consumer].timestamp = received?.time ?? mr.time
      spans[consumer].duration = received.map { mr.time &- $0.time }
      spans[producer].timestamp = ms.time
      spans[producer].duration = sent.map { $0.time &- ms.time }
    } else if let ms = self[.ms] {
      setTimes(ms, sent)
    } else if let mr = self[.mr] {
      if let received { setTimes(received, mr) } else { setTimes(mr, nil) }
    } else {
      for core in [sent, received].compactMap({ $0 }) {
        let place = place(core.endpoint)
        spans[place].annotations.append(core.annotation)
      }
    }
  }

  private mutating func takeBinaryAnnotations() {
    var (clientAddress, serverAddress, brokerAddress):
      (
        ZipkinSpan.Endpoint?, ZipkinSpan.Endpoint?, ZipkinSpan.Endpoint?
      )
    for annotation in source.binaryAnnotations {
      func matches(_ text: StaticString) -> Bool {
        ByteComparison.equal(arena, annotation.key, text)
      }
      if annotation.isFlag && matches("ca") {
        clientAddress = annotation.endpoint
      } else if annotation.isFlag && matches("sa") {
        serverAddress = annotation.endpoint
      } else if annotation.isFlag && matches("ma") {
        brokerAddress = annotation.endpoint
      } else {
        let place = place(annotation.endpoint)
        // A local component without a name only says where the span is.
        if matches("lc") && annotation.value.isEmpty { continue }
        spans[place].tags.append(
          AttributeRecord(key: annotation.key, kind: .string, range: annotation.value))
      }
    }
    setRemotes(client: clientAddress, server: serverAddress, broker: brokerAddress)
  }

  private mutating func setRemotes(
    client: ZipkinSpan.Endpoint?, server: ZipkinSpan.Endpoint?, broker: ZipkinSpan.Endpoint?
  ) {
    let calls: [CoreName] = [.cs, .cr, .ss, .sr]
    if calls.allSatisfy({ self[$0] == nil }), client != nil || server != nil {
      if let client, let server {
        let caller = place(client)
        spans[caller].remote = server
      } else if let server {
        spans[0].remote = server
      } else if let client {
        spans[0].kind = CoreName.sr.kind
        spans[0].remote = client
      }
      return
    }
    if var client, let core = self[.sr] ?? self[.ss], !isEqual(client, core.endpoint) {
      // The port of the client's socket, named after the server, is no loop.
      if isSameService(client, core.endpoint) { client.serviceName = .empty }
      let callee = place(core.endpoint)
      spans[callee].remote = client
    }
    if let server, let core = self[.cs] ?? self[.cr] {
      let caller = place(core.endpoint)
      spans[caller].remote = server
    }
    guard let broker else { return }
    for core in [self[.ms], self[.mr]].compactMap({ $0 }) {
      let place = place(core.endpoint)
      spans[place].remote = broker
    }
  }

  private func isEqual(_ a: ZipkinSpan.Endpoint, _ b: ZipkinSpan.Endpoint) -> Bool {
    isSameService(a, b) && ByteComparison.equal(arena, a.ipv4, arena, b.ipv4)
      && ByteComparison.equal(arena, a.ipv6, arena, b.ipv6) && a.port == b.port
  }
}
