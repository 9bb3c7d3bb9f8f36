import Foundation
import Glibc
import Testing

@testable import BHTrace

@Suite struct OutputFileTests {
  /// A fresh folder, and what lies in it afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("output-" + UUID().uuidString).path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func error(_ body: () throws -> Void) -> StorageError? {
    do {
      try body()
      return nil
    } catch {
      return error as? StorageError
    }
  }

  @Test(arguments: [true, false])
  func appearsOnlyWhenFinished(unnamed: Bool) throws {
    let left = try inFolder { folder in
      let path = folder + "/new.bht"
      let file = try OutputFile(path: path, replace: false, unnamed: unnamed)
      try file.write([1, 2, 3])
      try file.write([UInt8](repeating: 9, count: 1 << 20))
      try file.write([4])
      #expect(!FileManager.default.fileExists(atPath: path))
      try file.finish()
      #expect(try bytes(path) == [1, 2, 3] + [UInt8](repeating: 9, count: 1 << 20) + [4])
      #expect(error { try file.write([5]) } != nil)
    }
    #expect(left == ["new.bht"])
  }

  @Test(arguments: [true, false])
  func anExistingFileIsKept(unnamed: Bool) throws {
    let left = try inFolder { folder in
      let path = folder + "/old.bht"
      try Data([7]).write(to: URL(fileURLWithPath: path))
      let failure = error { _ = try OutputFile(path: path, replace: false, unnamed: unnamed) }
      #expect(failure?.isExisting == true)
      #expect(failure?.path == path)
      #expect(try bytes(path) == [7])
    }
    #expect(left == ["old.bht"])
  }

  @Test(arguments: [true, false])
  func aFileThatAppearsMeanwhileIsKept(unnamed: Bool) throws {
    let left = try inFolder { folder in
      let path = folder + "/old.bht"
      let file = try OutputFile(path: path, replace: false, unnamed: unnamed)
      try file.write([1])
      try Data([7]).write(to: URL(fileURLWithPath: path))
      #expect(error { try file.finish() }?.isExisting == true)
      #expect(try bytes(path) == [7])
    }
    #expect(left == ["old.bht"])
  }

  @Test(arguments: [true, false])
  func anExistingFileIsReplacedWhereThatIsWanted(unnamed: Bool) throws {
    let left = try inFolder { folder in
      let path = folder + "/old.bht"
      try Data([7]).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      let file = try OutputFile(path: path, replace: true, unnamed: unnamed)
      try file.write([1])
      #expect(try bytes(path) == [7])
      try file.finish()
      #expect(try bytes(path) == [1])
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o640)
    }
    #expect(left == ["old.bht"])
  }

  @Test(arguments: [true, false])
  func nothingStaysBehindWithoutFinish(unnamed: Bool) throws {
    let left = try inFolder { folder in
      do {
        let file = try OutputFile(path: folder + "/a", replace: false, unnamed: unnamed)
        try file.write([UInt8](repeating: 1, count: 1 << 20))
        withExtendedLifetime(file) {}
      }
      let discarded = try OutputFile(path: folder + "/b", replace: false, unnamed: unnamed)
      discarded.discard()
      #expect(error { try discarded.finish() } != nil)
    }
    #expect(left.isEmpty)
  }

  @Test func aSymbolicLinkStaysAndItsFileIsReplaced() throws {
    let left = try inFolder { folder in
      try Data([7]).write(to: URL(fileURLWithPath: folder + "/file"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: "file")
      #expect(error { _ = try OutputFile(path: folder + "/link") }?.isExisting == true)
      let file = try OutputFile(path: folder + "/link", replace: true)
      try file.write([1])
      try file.finish()
      #expect(try bytes(folder + "/file") == [1])
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "file")
    }
    #expect(left == ["file", "link"])
  }

  @Test func aFullDeviceIsAStorageError() throws {
    let file = try OutputFile(path: "/dev/full")
    let failure = error {
      try file.write([UInt8](repeating: 1, count: 1 << 20))
      try file.finish()
    }
    #expect(failure?.isFull == true)
    #expect(failure?.operation == "write")
    #expect(failure?.path == "/dev/full")
  }

  @Test func aDeviceIsWrittenToAndNotReplaced() throws {
    let file = try OutputFile(path: "/dev/null", replace: true)
    try file.write([1])
    try file.finish()
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func foldersAreNoPlaceForBytes() throws {
    let left = try inFolder { folder in
      #expect(error { _ = try OutputFile(path: folder, replace: true) }?.isDirectory == true)
      let missing = folder + "/missing/a"
      let failure = error { _ = try OutputFile(path: missing) }
      #expect(failure?.isMissing == true)
      #expect(failure?.path == missing)
    }
    #expect(left.isEmpty)
  }

  @Test func aSignalHandlersListHasTheTemporaryFileOnlyMeanwhile() async {
    // In a process of its own: other tests have temporary files as well.
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("signal-" + UUID().uuidString).path
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let finished = try OutputFile(path: folder + "/finished", replace: false, unnamed: false)
      let open = try OutputFile(path: folder + "/open", replace: false, unnamed: false)
      try finished.write([1])
      try open.write([1])
      try finished.finish()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
      TemporaryPaths.unlinkAll()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["finished"])
      withExtendedLifetime(open) {}
    }
  }
}

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
    (0, 2048), (45_000, 3000), (391_267, 4096), (10_485_760, 10_240), (67_108_864, 65_536),
    (1_073_741_824, 65_536),
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
