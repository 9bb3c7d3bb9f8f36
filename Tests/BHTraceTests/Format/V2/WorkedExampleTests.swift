import Foundation
import Testing

@testable import BHTrace

/// FORMAT.md's worked example is what the writer makes: `BHT_UPDATE_VECTORS=1` writes it anew.
struct WorkedExampleTests {
  private static let (begin, end) = (
    "<!-- worked example: begin -->\n", "<!-- worked example: end -->"
  )

  // Another libzstd may compress otherwise.
  @Test(.enabled(if: Zstd.version == "1.5.4", "the example is that of libzstd 1.5.4"))
  func theSpecificationTakesThisArchiveApart() throws {
    let example = try WorkedExample()
    #expect(try ArchiveVerifier.verify(BytesSource(example.bytes)).isSound)
    let url = URL(filePath: PackageFile.folder).appending(path: "FORMAT.md")
    let format = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(format.range(of: Self.begin)?.upperBound)
    let stop = try #require(format.range(of: Self.end)?.lowerBound)
    let text = try example.text() + "\n"
    if ProcessInfo.processInfo.environment["BHT_UPDATE_VECTORS"] != nil {
      try (format[..<start] + text + format[stop...])
        .write(to: url, atomically: true, encoding: .utf8)
      return
    }
    #expect(format[start..<stop] == text)
  }

  @Test func rowsOfTheExampleCoverTheFile() throws {
    let example = try WorkedExample()
    var end = 0
    for line in try example.text().split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, let offset = Int(cells[0]), let count = Int(cells[1]) else {
        continue
      }
      #expect(offset == end)
      end = offset + count
    }
    #expect(end == example.bytes.count)
  }
}
