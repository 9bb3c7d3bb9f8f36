import Testing

@testable import BHTrace

struct JavaScriptConsoleTests {
  private static let client =
    #"{"trace_id":"7d2b9c4e1f6a5b3d8e0c9f2a4b6d8e1f","span_id":"6b00000000000002","#
    + #""parent_span_id":"6b00000000000001","service":"parcel-web","#
    + #""operation":"it's\na \"span\"","kind":"client","start_ns":1710000000001500000,"#
    + #""duration_ns":2750250,"status":"error","status_message":"upstream `down`","#
    + #""attributes":{"http.request.method":"GET","http.response.status_code":503,"#
    + #""ratio":0.25,"ok":false,"#
    + #""long":"a line that is so long that it is broken\na line that is so long that it is br"#
    + #"oken\na line that is so long that it is broken\n","list":[1,2,3],"many":[0,1,2,3,4,5,"#
    + #"6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,"#
    + #"36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,"#
    + #"64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,"#
    + #"92,93,94,95,96,97,98,99]},"events":[{"time_ns":1710000000002500000,"name":"retry","#
    + #""attributes":{"attempt":2}}],"links":[{"trace_id":"00000000000000000000000000000099","#
    + #""span_id":"0000000000000077","attributes":{"why":"return"}}],"#
    + #""resource":{"service.name":"parcel-web","telemetry.sdk.language":"nodejs","#
    + #""process.pid":4211,"process.command_args":["/usr/bin/node","/srv/it's here/app.js"]},"#
    + #""scope":{"name":"@parcel/desk","version":"0.4.0","attributes":{}}}"#
  private static let server =
    #"{"trace_id":"7d2b9c4e1f6a5b3d8e0c9f2a4b6d8e1f","span_id":"6b00000000000001","#
    + #""parent_span_id":null,"service":"parcel-web","operation":"GET /parcels","#
    + #""kind":"server","start_ns":1710000000000000000,"duration_ns":9000000,"status":"unset","#
    + #""status_message":"","attributes":{},"events":[],"links":[],"#
    + #""resource":{"service.name":"parcel-web","telemetry.sdk.language":"nodejs","#
    + #""process.pid":4211,"process.command_args":["/usr/bin/node","/srv/it's here/app.js"]},"#
    + #""scope":{"name":"@parcel/desk","version":"0.4.0","attributes":{}}}"#
  private static let old =
    #"{"trace_id":"7d2b9c4e1f6a5b3d8e0c9f2a4b6d8e1f","span_id":"6b00000000000003","#
    + #""parent_span_id":"6b00000000000001","service":"","operation":"render","#
    + #""kind":"internal","start_ns":1710000000005000000,"duration_ns":120000,"status":"ok","#
    + #""status_message":"","attributes":{"view.name":"list"},"events":[],"links":[],"#
    + #""resource":{},"scope":{}}"#

  // Printed by Node 20.
  @Test func spansAreReadAsPrinted() throws {
    let read = try InputCase("corpus/formats/javascript-console.txt")
    #expect(read.lines == [Self.client, Self.server, Self.old])
    #expect(read.repairs == ["values that the console exporter did not print (2)"])
    #expect(read.problems == [])
  }

  @Test func aBrokenObjectCostsNoMoreThanItself() throws {
    let span = "{\n  traceId: '0a',\n  id: '0b',\n  timestamp: 1,\n  duration: 2\n"
    let read = try ReadSpans("{\n  traceId: 'x\n" + span + "}\n{\n  a: 1\n}\n" + span)
    #expect(read.count == 1)
    #expect(read.spans[0].end == 3_000)
    #expect(
      read.report.problems.map(\.what) == [
        "an object cannot be read, as a text in quotes has no end, at offset 13 (line 1)",
        "an object cannot be read, as the end stands where ',' or the end of what is open has to, "
          + "at offset 151 (line 12)",
      ])
    #expect(read.report.repairs.map(\.what) == ["printed objects that are no spans left out"])
  }

  @Test(
    arguments: [
      ("{ a: 1, 'b c': -2.5, \"d\": `e\\`f` }", ["a": 1, "b c": -2.5, "d": "e`f"]),
      (
        "['x' + 'y' +\n 'z', [Object], NaN, 12n, ... 2 more items]",
        ["xyz", nil, .double(.nan), 12]
      ),
      ("Map(1) { 'k' => [ 1 ] }", ["k": [1]]),
      ("[Object: null prototype] { a: undefined }", ["a": nil]),
      ("{'k':'it\\'s','t':('a',1)}", ["k": "it's", "t": ["a", 1]]),
      ("[]", []),
      ("2024-03-09T16:00:00.000Z", "2024-03-09T16:00:00.000Z"),
      ("'\\x41\\u00e9\\n'", "A\u{E9}\n"),
    ] as [(String, AttributeValue)])
  func valuesAreReadAsTheyArePrinted(printed: String, value: AttributeValue) throws {
    #expect(try PrintedValue(Array(printed.utf8), at: 0).value == value)
  }

  @Test func valuesInEachOtherHaveALimit() {
    let printed = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
    #expect(throws: FormatError.self) { try PrintedValue(printed, at: 0) }
  }
}
