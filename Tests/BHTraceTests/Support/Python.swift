import Foundation

/// The python3 that `.ci/python` made, or that of this machine, for readers and writers that share
/// no code with ours.
enum Python {
  /// The command and its first arguments.
  private static let command: [String] = {
    let own = PackageFile.folder + "/.build/python/bin/python3"
    return FileManager.default.isExecutableFile(atPath: own) ? [own] : ["/usr/bin/env", "python3"]
  }()

  /// Runs python3 with `arguments`; answers with its exit status and all it printed.
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = command.dropFirst() + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// The path of one of the package's scripts.
  static func script(_ name: String) -> String { PackageFile.folder + "/Tests/interop/" + name }

  /// Whether there is a python3 that has `module`.
  static func has(_ module: String = "sys") -> Bool {
    (try? run(["-c", "import \(module)"]))?.status == 0
  }
}
