import BHTView
import BHTrace
import Testing

@testable import bhtpack

@Suite struct PathAggregateTests {
  /// A v1 file with a root of 10 µs in `web` that waits for `db` for `waiting` µs.
  private func archive(waiting: Int) throws -> any TraceArchive {
    let header = #"{"trace_id": "t", "n_spans": 2, "root_id": "a", "total_us": 10}"#
    let tree = """
      [{"id": "a", "parent": null, "service": "web", "op": "GET", "start_us": 0, "dur_us": 10, \
      "status": "ok", "off": 0, "size": 2}, {"id": "b", "parent": "a", "service": "db", \
      "op": "read", "start_us": 1, "dur_us": \(waiting), "status": "ok", "off": 0, "size": 2}]
      """
    var file = ByteWriter()
    file.append(Array("BHT1".utf8))
    file.uint32(UInt32(header.utf8.count))
    file.append(Array(header.utf8))
    file.uint32(UInt32(tree.utf8.count))
    file.append(Array(tree.utf8))
    file.append(Array("{}".utf8))
    return try openArchive(MemorySource(file.bytes))
  }

  @Test func pathsAreAddedUpLargestFirst() throws {
    let archives = ArchiveSet(
      try [8, 6].map { .init(name: "waiting \($0)", archive: try archive(waiting: $0)) }
    ) { _, error in throw error }
    let aggregate = try PathAggregate(of: archives, .blocking)
    var json = CompactJSON()
    aggregate.write(to: &json)
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #"{"traces":2,"method":"blocking","operations":["#
        + #"{"service":"db","operation":"read","self_ns":14000},"#
        + #"{"service":"web","operation":"GET","self_ns":6000}],"#
        + #""services":[{"service":"db","self_ns":14000},{"service":"web","self_ns":6000}],"#
        + #""warnings":{"negative_duration":0,"orphans":0,"cycles":0,"duplicates":0,"#
        + #""outside_parent":0,"linked_parents":0,"moved_spans":0}}"#)
    #expect(
      aggregate.page(.plain).hasPrefix(
        """
        2 traces, blocking paths added up

           SELF    PART  SERVICE  OPERATION
        14.0 µs  70.0 %  db       read
        6.00 µs  30.0 %  web      GET
        """))
  }
}
