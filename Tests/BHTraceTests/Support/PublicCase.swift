@testable import BHTrace

/// Inputs of kinds that people met: a folder under `Tests/Cases` each, with what is right about
/// them in its `expected.txt`.
enum PublicCase {
  /// What reading a file of the case `name` gives.
  static func read(
    _ name: String, _ file: String = "input.json", repairsIDs: Bool = false,
    timeUnit: InputMending.TimeUnit? = nil
  ) throws -> ReadSpans {
    var mending = InputMending()
    mending.repairsIDs = repairsIDs
    mending.timeUnit = timeUnit
    return try ReadSpans(bytes(name, file), mending: mending)
  }

  /// The bytes of a file of the case `name`.
  static func bytes(_ name: String, _ file: String = "input.json") throws -> [UInt8] {
    try PackageFile.bytes("Tests/Cases/\(name)/\(file)")
  }

  /// Where the file lies.
  static func path(_ name: String, _ file: String = "input.json") -> String {
    "\(PackageFile.folder)/Tests/Cases/\(name)/\(file)"
  }
}

extension ReadSpans {
  /// What was repaired, and how often.
  var repairs: [String] { report.repairs.map { "\($0.what): \($0.count)" } }

  /// What was found and kept.
  var notices: [String] { report.notices.map(\.what) }

  /// The ids of all spans, with slashes between trace, span and parent.
  var ids: [String] {
    batches.flatMap { batch in
      batch.spans.map { span in
        [span.traceID, span.spanID, span.parentSpanID]
          .map { String(decoding: HexText.encode(batch.bytes($0)[...]), as: UTF8.self) }
          .joined(separator: "/")
      }
    }
  }

  /// Name, status code and status message of all spans.
  var statuses: [String] {
    batches.flatMap { batch in
      batch.spans.map { "\(batch.text($0.name)) \($0.statusCode) \(batch.text($0.statusMessage))" }
    }
  }
}
