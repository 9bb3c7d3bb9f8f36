import Foundation
import Testing

@testable import BHTrace

@Suite struct OpenArchiveTests {
  private func error(_ bytes: [UInt8]) -> FormatError? {
    do {
      _ = try openArchive(MemorySource(bytes))
      return nil
    } catch {
      return error as? FormatError
    }
  }

  @Test func otherFilesAreNotRecognized() {
    #expect(error([])?.code == .notRecognized)
    #expect(error([])?.what.contains("empty file") == true)
    #expect(error(Array("PK\u{3}\u{4}".utf8))?.what.contains("50 4b 03 04") == true)
    #expect(error(Array("{\"a\":1}".utf8))?.code == .notRecognized)
    #expect(error(Array("BHT1".utf8))?.code == .truncated)
  }

  @Test func lookingAtTheMagicCostsNothing() throws {
    let header = Array(#"{"trace_id": "t", "n_spans": 0, "root_id": null, "total_us": 0}"#.utf8)
    var file = ByteWriter()
    file.append(Array("BHT1".utf8))
    file.uint32(UInt32(header.count))
    file.append(header)
    file.uint32(2)
    file.append(Array("[]".utf8))
    let archive = try openArchive(MemorySource(file.bytes))
    #expect(archive.formatVersion == 1)
    #expect(archive.stats.bytesRead == file.bytes.count)
    #expect(archive.stats.requests == 3)
    #expect(archive.stats.rounds == 3)
  }
}
