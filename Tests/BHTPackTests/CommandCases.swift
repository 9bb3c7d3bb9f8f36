import Foundation
import Testing

/// A command line with what it should print: `NAME.sh` beside `NAME.stdout`, `NAME.stderr` and
/// `NAME.exit` in the folder `Cases`. A file that is not there stands for nothing printed and
/// exit code 0.
///
/// A script runs in a fresh directory, with `bhtpack` on its path; `$CASES` names that folder,
/// `$CORPUS` the package's corpus. Exit code 77 says that it cannot show anything on this machine.
/// `BHT_UPDATE_CASES=1 swift test --filter CommandCases` writes what is printed as the expectation.
struct CommandCase: CustomTestStringConvertible, Sendable {
  let name: String

  var testDescription: String { name }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Cases")

  static let all: [CommandCase] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".sh") }.sorted()
      .map { CommandCase(name: String($0.dropLast(3))) }
  }()

  func file(_ ending: String) -> URL {
    Self.folder.appendingPathComponent(name + "." + ending)
  }

  func expectation(_ ending: String) -> String {
    (try? String(contentsOf: file(ending), encoding: .utf8)) ?? ""
  }

  /// Writes what is printed as the expectation; no file for nothing.
  func expect(_ ending: String, _ text: String) throws {
    if text.isEmpty {
      try? FileManager.default.removeItem(at: file(ending))
    } else {
      try text.write(to: file(ending), atomically: true, encoding: .utf8)
    }
  }
}

@Suite struct CommandCases {
  private static var package: URL {
    CommandCase.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  @Test func thereAreCases() {
    #expect(CommandCase.all.count > 20)
  }

  @Test(arguments: CommandCase.all)
  func printsWhatIsExpected(of testCase: CommandCase) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bhtpack-case-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let process = Process()
    // Test processes block most signals, and what they start would inherit that.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "--default-signal", "/bin/bash", "-u", "-o", "pipefail", testCase.file("sh").path,
    ]
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": binaries.path + ":/usr/bin:/bin",
      "CASES": CommandCase.folder.path,
      "CORPUS": Self.package.appendingPathComponent("corpus").path,
      "LC_ALL": "C.UTF-8",
      // Nobody is there to leave a pager.
      "PAGER": "cat",
    ]
    // Output goes to files: a pipe nobody empties meanwhile would fill up.
    let captured = folder.deletingLastPathComponent()
      .appendingPathComponent(folder.lastPathComponent + ".out")
    try FileManager.default.createDirectory(at: captured, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: captured) }
    let streams = try ["stdout", "stderr"].map { name in
      let file = captured.appendingPathComponent(name)
      try Data().write(to: file)
      return try FileHandle(forWritingTo: file)
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus == 77 {
      let reason = try String(
        contentsOf: captured.appendingPathComponent("stderr"), encoding: .utf8)
      // The runner does not print why a case of a test was cancelled.
      print("\(testCase.name) was skipped: it cannot show anything here. \(reason)")
      try Test.cancel("\(testCase.name) cannot show anything here. \(reason)")
    }

    let stdout = try String(
      contentsOf: captured.appendingPathComponent("stdout"), encoding: .utf8)
    let stderr = try String(
      contentsOf: captured.appendingPathComponent("stderr"), encoding: .utf8)
    let exit = process.terminationStatus == 0 ? "" : "\(process.terminationStatus)\n"
    if ProcessInfo.processInfo.environment["BHT_UPDATE_CASES"] != nil {
      try testCase.expect("stdout", stdout)
      try testCase.expect("stderr", stderr)
      try testCase.expect("exit", exit)
      return
    }
    #expect(stdout == testCase.expectation("stdout"))
    #expect(stderr == testCase.expectation("stderr"))
    #expect(exit == testCase.expectation("exit"))
  }

  /// The folder of the built program: that of the running test program.
  private var binaries: URL {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidates = [
      program, Bundle.main.bundleURL,
      Bundle.main.executableURL?
        .deletingLastPathComponent(),
    ].compactMap { $0 }
    return candidates.first {
      FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("bhtpack").path)
    } ?? program
  }
}
