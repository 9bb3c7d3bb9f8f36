import Testing

@testable import BHTrace

/// Single rules of the reader, each with a message written by hand.
struct OTLPProtobufReaderTests {
  @Test func attributesStayTogetherWhenFieldsInterleave() throws {
    let event = Wire.field(2, "e") + Wire.field(3, Wire.pair("in", "event"))
    let link = Wire.field(4, Wire.pair("in", "link"))
    let batch = try Wire.decoded(
      span: Wire.field(9, Wire.pair("a", "1")) + Wire.field(11, event)
        + Wire.field(9, Wire.pair("b", "2")) + Wire.field(13, link) + Wire.field(5, "name")
        + Wire.field(9, Wire.pair("c", "3")) + Wire.field(11, event))
    let span = try #require(batch.spans.first)
    #expect(batch.pairs(span.attributes) == ["a=1", "b=2", "c=3"])
    #expect(
      span.events.indices.map { batch.pairs(batch.events[$0].attributes) }
        == [["in=event"], ["in=event"]])
    #expect(batch.pairs(batch.links[0].attributes) == ["in=link"])
    #expect(batch.text(span.name) == "name")
  }

  @Test func lastScalarWinsAndMessagesMerge() throws {
    let span =
      Wire.field(5, "first") + Wire.field(5, "last") + Wire.varint(6, 1) + Wire.varint(6, 3)
      + Wire.field(15, Wire.field(2, "why")) + Wire.field(15, Wire.varint(3, 2))
    let resource =
      Wire.field(1, Wire.field(1, Wire.pair("a", "1")))
      + Wire.field(1, Wire.field(1, Wire.pair("b", "2")) + Wire.varint(2, 9))
    let scope = Wire.field(1, Wire.field(1, "lib")) + Wire.field(1, Wire.field(2, "v2"))
    let batch = try OTLPProtobufReader.decode(
      message: Wire.message(span: span, resource: resource, scope: scope), offset: 0)
    #expect(batch.text(batch.spans[0].name) == "last")
    #expect(batch.spans[0].kind == 3)
    #expect(batch.text(batch.spans[0].statusMessage) == "why")
    #expect(batch.spans[0].statusCode == 2)
    #expect(batch.resources.count == 1)
    #expect(batch.pairs(batch.resources[0].attributes) == ["a=1", "b=2"])
    #expect(batch.resources[0].droppedAttributes == 9)
    #expect(batch.text(batch.scopes[0].name) == "lib")
    #expect(batch.text(batch.scopes[0].version) == "v2")
  }

  @Test func resourceAfterItsSpansStillHolds() throws {
    let group = Wire.field(2, Wire.field(2, Wire.field(5, "s")))
    let message = Wire.field(1, group + Wire.field(1, Wire.field(1, Wire.pair("a", "1"))))
    let batch = try OTLPProtobufReader.decode(message: message, offset: 0)
    #expect(batch.pairs(batch.resources[0].attributes) == ["a=1"])
    #expect(batch.resources[0].isPresent)
    #expect(!batch.scopes[0].isPresent)
  }

  @Test func scatteredUnknownFieldsAreKeptInOrder() throws {
    let (one, two) = (Wire.varint(200, 5), Wire.field(300, "x"))
    let wrongType = Wire.varint(5, 77)
    let batch = try Wire.decoded(
      span: one + Wire.field(5, "name") + two + wrongType + Wire.varint(6, 2) + one)
    #expect(batch.bytes(batch.spans[0].extra) == one + two + wrongType + one)
    #expect(batch.text(batch.spans[0].name) == "name")
  }

  @Test func unknownFieldsOfTheStatusComeAsAStatusOfTheirOwn() throws {
    let unknown = Wire.varint(90, 1)
    let batch = try Wire.decoded(
      span: Wire.field(15, unknown + Wire.varint(3, 2)) + Wire.varint(91, 4))
    #expect(batch.spans[0].statusCode == 2)
    #expect(batch.bytes(batch.spans[0].extra) == Wire.varint(91, 4) + Wire.field(15, unknown))
  }

  @Test func unknownFieldsOfEveryLevelComeBack() throws {
    let unknown = Wire.field(500, "kept")
    let span =
      Wire.field(5, "s") + Wire.field(11, Wire.field(2, "e") + unknown)
      + Wire.field(13, Wire.field(1, "t") + unknown) + unknown
    let scope = Wire.field(1, Wire.field(1, "lib") + unknown) + unknown
    let message =
      Wire.message(span: span, resource: Wire.field(1, unknown) + unknown, scope: scope) + unknown
    let batch = try OTLPProtobufReader.decode(message: message, offset: 0)
    for run in [
      batch.spans[0].extra, batch.events[0].extra, batch.links[0].extra, batch.scopes[0].extra,
      batch.scopes[0].outerExtra, batch.resources[0].extra, batch.resources[0].outerExtra,
    ] { #expect(batch.bytes(run) == unknown) }
    #expect(batch.messageExtras.map(batch.bytes) == [unknown])
    let again = try OTLPProtobufReader.decode(
      message: OTLPProtobufWriter.encode(batch), offset: 0)
    #expect(sameSpans(batch, again))
    #expect(again.messageExtras.map(again.bytes) == [unknown])
  }

  @Test func emptyAndAbsentThingsDiffer() throws {
    let without = try Wire.decoded(span: [])
    let with = try Wire.decoded(span: Wire.field(15, ""))
    #expect(!without.spans[0].hasStatus && with.spans[0].hasStatus)
    #expect(!sameSpans(without, with))
    let values = try Wire.decoded(
      span: Wire.field(9, Wire.field(1, "k"))
        + Wire.field(9, Wire.field(1, "k") + Wire.field(2, "")))
    #expect(values.attributes.map(\.kind) == [.absent, .empty])
    #expect(
      OTLPProtobufWriter.encode(values)
        == Wire.message(
          span: Wire.field(9, Wire.field(1, "k"))
            + Wire.field(9, Wire.field(1, "k") + Wire.field(2, ""))))
  }

  @Test func valuesWithoutAKindStayInWireForm() throws {
    let two = Wire.field(1, "a") + Wire.varint(3, 5)
    let unknown = Wire.field(1, "a") + Wire.varint(50, 5)
    let pair = Wire.field(1, "k") + Wire.field(2, Wire.field(1, "v")) + Wire.varint(60, 1)
    let batch = try Wire.decoded(
      span: Wire.field(9, Wire.field(1, "k") + Wire.field(2, two))
        + Wire.field(9, Wire.field(2, unknown) + Wire.field(1, "k")) + Wire.field(9, pair))
    #expect(batch.attributes.map(\.kind) == [.rawValue, .rawValue, .rawKeyValue])
    #expect(batch.attributes.map { batch.bytes($0.range) } == [two, unknown, pair])
    #expect(batch.attributes.map { batch.text($0.key) } == ["k", "k", "k"])
  }

  @Test func nestedListsBecomeCanonicalWhereNothingIsLost() throws {
    // A pair with the value before the key, an empty key, and an integer with a needless byte.
    let loose =
      Wire.field(1, Wire.field(2, Wire.field(1, "v")) + Wire.field(1, "k"))
      + Wire.field(1, Wire.field(1, "") + Wire.field(2, [0x18, 0x85, 0x00]))
    let tight =
      Wire.field(1, Wire.field(1, "k") + Wire.field(2, Wire.field(1, "v")))
      + Wire.field(1, Wire.field(2, [0x18, 0x05]))
    let opaque = loose + Wire.varint(70, 1)
    let span = [loose, tight, opaque].flatMap {
      Wire.field(9, Wire.field(1, "k") + Wire.field(2, Wire.field(6, $0)))
    }
    let batch = try Wire.decoded(span: span)
    #expect(batch.attributes.map { batch.bytes($0.range) } == [tight, tight, opaque])
    #expect(batch.attributes.allSatisfy { $0.kind == .keyValueList })
  }

  @Test func deepNestingIsKeptAsItCame() throws {
    var value = Wire.field(1, "leaf")
    for _ in 0..<5_000 { value = Wire.field(5, Wire.field(1, value)) }
    let batch = try Wire.decoded(span: Wire.field(9, Wire.field(1, "k") + Wire.field(2, value)))
    #expect(batch.attributes[0].kind == .array)
    let again = try OTLPProtobufReader.decode(
      message: OTLPProtobufWriter.encode(batch), offset: 0)
    #expect(sameSpans(batch, again))
    var losses = OTLPJSONLosses()
    _ = OTLPJSONWriter.encode(batch, losses: &losses)
    #expect(losses.unreadableValues == 1)
  }

  @Test func wideEnumsAndCountsAreCutAsProtobufDoes() throws {
    let batch = try Wire.decoded(
      span: Wire.varint(6, 1 << 32 | 4) + Wire.varint(10, UInt64.max)
        + Wire.field(15, Wire.varint(3, UInt64(bitPattern: -1))))
    #expect(batch.spans[0].kind == 4)
    #expect(batch.spans[0].droppedAttributes == UInt32.max)
    #expect(batch.spans[0].statusCode == -1)
  }

  @Test func olderScopeGroupsAreReadAndCounted() throws {
    let older = Wire.field(
      1000, Wire.field(1, Wire.field(1, "lib")) + Wire.field(2, Wire.field(5, "s")))
    var count = 0
    let batch = try OTLPProtobufReader.decode(
      message: Wire.field(1, older), offset: 0, olderScopeGroups: &count)
    #expect(count == 1)
    #expect(batch.spans.count == 1)
    #expect(batch.text(batch.scopes[0].name) == "lib")
  }

  @Test func whatNoMessageMayHaveIsRefusedWithItsOffset() {
    let cases: [(span: [UInt8], at: Int, code: FormatError.Code)] = [
      ([0x00, 0x01], 0, .invalid),  // field number 0
      ([0x2A, 0x01, 0x41, 0x0E, 0x00], 3, .invalid),  // wire type 6
      ([0x0F, 0x00], 0, .invalid),  // wire type 7
      ([0x0C], 0, .invalid),  // a group's end
      ([0x2A, 0x05, 0x41], 2, .truncated),  // a name longer than its span
      ([0x39, 1, 2, 3], 1, .truncated),  // half a time
      ([0x30, 0x80], 2, .truncated),  // half an integer
      ([0x30] + [UInt8](repeating: 0xFF, count: 10), 1, .invalid),  // more than 64 bits
      ([UInt8](repeating: 0xA3, count: 1) + [0x06, 0x08], 3, .truncated),  // an open group
      ([UInt8](repeating: 0x0B, count: 200), 100, .outOfBounds),  // groups too deep
    ]
    for (span, at, code) in cases {
      let message = Wire.message(span: span)
      let start = message.count - span.count
      var thrown: FormatError?
      do throws(FormatError) {
        _ = try OTLPProtobufReader.decode(message: message, offset: 1000)
      } catch { thrown = error }
      #expect(thrown?.code == code, "\(span)")
      #expect(thrown?.offset == 1000 + start + at, "\(span)")
    }
  }
}

/// The writer, and the reader against it.
struct OTLPProtobufRoundTripTests {
  @Test(arguments: UInt64(1)...60)
  func randomSpansComeBack(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: Int(seed) * 3)
    let message = OTLPProtobufWriter.encode(batch)
    let again = try OTLPProtobufReader.decode(message: message, offset: 0)
    #expect(sameSpans(batch, again))
    #expect(OTLPProtobufWriter.encode(again) == message)
    #expect(again.messageExtras.map(again.bytes) == batch.messageExtras.map(batch.bytes))
  }

  @Test func chosenSpansAreWrittenInTheirOrder() throws {
    var random = RandomSpans(seed: 7)
    let batch = random.batch(spans: 20)
    let chosen = [13, 2, 2, 19]
    let again = try OTLPProtobufReader.decode(
      message: OTLPProtobufWriter.encode(batch, spans: chosen), offset: 0)
    let (before, after) = (SpanDigester(batch), SpanDigester(again))
    #expect(again.spans.indices.map(after.digest) == chosen.map(before.digest))
    #expect(OTLPProtobufWriter.encode(batch, spans: []).isEmpty)
  }

  @Test func frameIsABigEndianLength() {
    #expect(OTLPProtobufWriter.frame([7, 8]) == [0, 0, 0, 2, 7, 8])
    #expect(
      OTLPProtobufWriter.frame([UInt8](repeating: 1, count: 70_000)).prefix(4) == [
        0, 1, 0x11, 0x70,
      ])
  }

  /// No bytes may crash the reader, and what it accepts has to survive the writer.
  @Test func damagedMessagesNeverCrashAndWhatIsReadComesBack() throws {
    var random = RandomSpans(seed: 3)
    let message = OTLPProtobufWriter.encode(random.batch(spans: 2))
    #expect(message.count > 300 && message.count < 6_000)
    var accepted = 0
    func check(_ bytes: [UInt8]) {
      guard let batch = try? OTLPProtobufReader.decode(message: bytes, offset: 0) else { return }
      accepted += 1
      let again = try? OTLPProtobufReader.decode(
        message: OTLPProtobufWriter.encode(batch), offset: 0)
      #expect(again.map { sameSpans(batch, $0) } == true)
      var losses = OTLPJSONLosses()
      #expect(!OTLPJSONWriter.encode(batch, losses: &losses).isEmpty)
    }
    for length in 0...message.count { check(Array(message.prefix(length))) }
    for index in message.indices {
      for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
        var damaged = message
        damaged[index] ^= mask
        check(damaged)
      }
    }
    #expect(accepted > message.count)
  }
}
