import Foundation
import Testing

@testable import BHTrace

/// Pipes with a name: opening one twice loses what its writer writes in between.
@Suite struct PipeSourceTests {
  private func withPipe(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("bht-pipe-" + UUID().uuidString).path
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    try body(path)
  }

  @Test func aPipeIsNotOpenedToFindOutWhatItIs() throws {
    try withPipe { path in
      // Without a writer, opening would wait for ever.
      #expect(throws: StorageError(operation: "open", path: path, errorNumber: ESPIPE)) {
        _ = try FileSource(path: path)
      }
    }
  }

  @Test func whatIsWrittenToAPipeAtOnceIsReadWhole() throws {
    try withPipe { path in
      let sent = [UInt8]("BHT1 and something more".utf8)
      let writer = Thread {
        let descriptor = open(path, O_WRONLY)
        _ = sent.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
      }
      writer.start()
      let source = try openSource(path: path)
      #expect(try source.read(0..<source.byteCount) == sent)
    }
  }
}
