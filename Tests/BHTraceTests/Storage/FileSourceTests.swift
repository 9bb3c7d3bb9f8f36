import Foundation
import Glibc
import Testing

@testable import BHTrace

@Suite struct FileSourceTests {
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("source-" + UUID().uuidString).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func readsAnyRange() throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try withFile(bytes) { path in
      let source = try FileSource(path: path)
      #expect(source.byteCount == 5000)
      #expect(try source.read(0..<5000) == bytes)
      #expect(try source.read(4999..<5000) == [bytes[4999]])
      #expect(try source.read(17..<17).isEmpty)
      #expect(try readWholeFile(path: path) == bytes)
    }
  }

  @Test func aFileThatShrankGivesFewerBytes() throws {
    try withFile([UInt8](repeating: 1, count: 100)) { path in
      let source = try FileSource(path: path)
      try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 10)
      #expect(try source.read(0..<100).count == 10)
      let accounted = AccountedSource(source)
      #expect(throws: FormatError.self) { try accounted.read(0..<100) }
    }
  }

  @Test(arguments: [
    (0, 2048), (45_000, 3000), (391_267, 4098), (4_194_303, 4127), (4_194_304, 1088),
    (67_108_864, 2048), (1_073_741_824, 17_408),
  ])
  func theTailIsGuessedBySize(_ size: Int, _ guess: Int) {
    #expect(FileSource.tailGuess(byteCount: size) == guess)
    #expect(MemorySource([]).tailGuess == 2048)
  }

  @Test func foldersAndMissingFilesAreRefused() {
    #expect(throws: StorageError(operation: "open", path: "/", errorNumber: EISDIR)) {
      try FileSource(path: "/")
    }
    #expect(throws: StorageError(operation: "open", path: "/nowhere/a", errorNumber: ENOENT)) {
      try openSource(path: "/nowhere/a")
    }
    #expect(throws: StorageError.self) { try readWholeFile(path: "/") }
  }

  @Test func whatCannotBeReadAtAnyPlaceIsKeptInMemory() throws {
    let source = try openSource(path: "/dev/null")
    #expect(source is MemorySource)
    #expect(source.byteCount == 0)
  }
}
