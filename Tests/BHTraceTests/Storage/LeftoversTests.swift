import Foundation
import Glibc
import Testing

@testable import BHTrace

@Suite struct LeftoversTests {
  private func inFolder(_ body: (String) throws -> Void) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("leftovers-" + UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  /// The number of a process that is gone.
  private func goneProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func onlyWhatDeadProcessesLeftIsRemoved() throws {
    let gone = try goneProcess()
    let left = try inFolder { folder in
      let names = [
        ".bht-\(gone)-1f.tmp", ".bht-\(getpid())-2e.tmp", ".bht-3d.tmp", ".bht-\(gone)-xyz.tmp",
        ".bht-0-4.tmp", "bht-\(gone)-5.tmp",
      ]
      for name in names {
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      let file = try OutputFile(path: folder + "/new.bht")
      #expect(file.removeLeftovers() == [folder + "/.bht-\(gone)-1f.tmp"])
      file.discard()
    }
    #expect(left.count == 5 && !left.contains(".bht-\(gone)-1f.tmp"))
  }

  @Test func aLockedFileStays() throws {
    let gone = try goneProcess()
    let left = try inFolder { folder in
      let path = folder + "/.bht-\(gone)-1f.tmp"
      try Data([1]).write(to: URL(fileURLWithPath: path))
      let number = unsafe open(path, O_RDONLY)
      defer { close(number) }
      #expect(flock(number, LOCK_EX) == 0)
      let file = try OutputFile(path: folder + "/new.bht")
      #expect(file.removeLeftovers() == [])
      file.discard()
    }
    #expect(left == [".bht-\(gone)-1f.tmp"])
  }

  @Test(arguments: [true, false])
  func aFolderThatFailsAfterPublishingIsNoError(unnamed: Bool) throws {
    let left = try inFolder { folder in
      let file = try OutputFile(
        path: folder + "/new.bht", replace: false, unnamed: unnamed,
        synchronizeFolder: { (_, path) throws(StorageError) in
          throw StorageError(operation: "write", path: path, errorNumber: EIO)
        })
      try file.write([1])
      try file.finish()
      #expect(file.folderFailure?.errorNumber == EIO)
    }
    #expect(left == ["new.bht"])
  }

  @Test func anInputWithoutAnEndIsNotTakenWhole() throws {
    #expect {
      try readWholeFile(path: "/dev/zero", limit: 3 << 20)
    } throws: { error in
      (error as? StorageError)?.isTooLargeToTakeIn == true
    }
    // Regular files are as large as they are.
    #expect(try readWholeFile(path: #filePath, limit: 10).count > 1000)
    #expect(try openArchiveSource(path: "/dev/zero").byteCount == 4)
    #expect(throws: FormatError.self) { try TraceInput(path: "/dev/zero") }
  }
}
