import Foundation
import Glibc
import Testing

@testable import BHTrace

@Suite struct FolderListingTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("listing-" + UUID().uuidString).path
    try FileManager.default.createDirectory(
      atPath: folder + "/a/b", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["z", "a/y", "a/b/x", ".hidden"] {
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try body(folder)
  }

  private func link(_ path: String, to target: String) {
    #expect(unsafe symlink(target, path) == 0)
  }

  @Test func regularFilesComeInTheOrderOfTheirPaths() throws {
    try inFolder { folder in
      let listing = try FolderListing(folder)
      #expect(listing.files == ["/a/b/x", "/a/y", "/z"].map { folder + $0 })
      #expect(listing.passedOver.isEmpty && listing.failures.isEmpty)
      #expect(try filesUnder(folder) == listing.files)
      #expect(try FolderListing(folder + "/z").files == [folder + "/z"])
      #expect(try FolderListing("/nowhere/z").files == ["/nowhere/z"])
    }
  }

  @Test func whatWouldBlockOrLeadBackIsPassedOver() throws {
    try inFolder { folder in
      #expect(unsafe mkfifo(folder + "/pipe", 0o600) == 0)
      link(folder + "/a/back", to: "..")
      link(folder + "/round", to: "round")
      link(folder + "/null", to: "/dev/null")
      let listing = try FolderListing(folder)
      #expect(listing.files == ["/a/b/x", "/a/y", "/z"].map { folder + $0 })
      #expect(listing.failures.isEmpty)
      #expect(
        listing.passedOver.map { $0.path.dropFirst(folder.count) + ": " + $0.reason } == [
          "/a/back: it leads to a folder that is read already", "/null: it is a device",
          "/pipe: it is a named pipe", "/round: it is a link that leads in a circle",
        ])
    }
  }

  @Test func aFolderIsReadByItsOwnNameRatherThanByALink() throws {
    try inFolder { folder in
      link(folder + "/0", to: "a/b")
      let listing = try FolderListing(folder)
      #expect(listing.files == ["/a/b/x", "/a/y", "/z"].map { folder + $0 })
      #expect(listing.passedOver.map(\.path) == [folder + "/0"])
      // Where it has no other name, the link is one.
      let outside = try FolderListing(folder + "/a")
      link(folder + "/a/b/out", to: folder + "/z")
      #expect(outside.files.count == 2)
      #expect(try FolderListing(folder + "/a").files.count == 3)
    }
  }

  @Test func whatCannotBeLookedIntoDoesNotHideTheRest() throws {
    try inFolder { folder in
      link(folder + "/dangling", to: "nothing")
      let listing = try FolderListing(folder)
      #expect(listing.files.count == 3)
      #expect(listing.failures.map(\.path) == [folder + "/dangling"])
      #expect(listing.failures.map(\.errorNumber) == [ENOENT])
      #expect(throws: StorageError.self) { try filesUnder(folder) }
    }
  }
}
