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
