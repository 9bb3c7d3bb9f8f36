import Testing

@testable import BHTrace

/// What happens when bytes of an archive are not what they were.
struct ArchiveDamageTests {
  /// Small blocks and chunks, so that a small archive has many parts.
  static var options: FormatOptions {
    var options = FormatOptions()
    options.block = .bytes(64)
    options.chunkSpans = 6
    options.segmentSpans = 12
    return options
  }

  @Test func soundArchiveIsFoundSound() throws {
    let bytes = try archive([smallTraces()], options: Self.options)
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problems == [])
    #expect(report.traces == 3)
    #expect(report.spans == 18)
    #expect(report.blocks > 6)
  }

  @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
  func everyFlippedByteIsFoundAndNoReadingReturnsAChangedSpan(mask: UInt8) throws {
    let batch = smallTraces()
    let sound = try archive([batch], options: Self.options)
    let spans = Set(batch.described())
    for position in sound.indices {
      var bytes = sound
      bytes[position] ^= mask
      let source = BytesSource(bytes)
      let found: Bool
      do {
        found = try !ArchiveVerifier.verify(source).isSound
      } catch is FormatError {
        found = true
      }
      #expect(found, "the flip at byte \(position) was not found")
      do {
        let damaged = try V2Archive(source)
        try damaged.forEachTrace([.payload]) { trace in
          for text in trace.batch.described() where !spans.contains(text) {
            Issue.record("the flip at byte \(position) gave a changed span")
          }
        }
        for trace in 0..<3 {
          let id = [UInt8](repeating: UInt8(trace + 1), count: 16)
          for handle in try damaged.locate(traceID: id) {
            let loaded = try damaged.load(handle, [.payload, .spanIDs], positions: nil)
            for text in loaded.batch.described() where !spans.contains(text) {
              Issue.record("the flip at byte \(position) gave a changed span")
            }
          }
        }
      } catch is FormatError {
        // Refused: just what damage should lead to.
      }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let sound = try archive([smallTraces()], options: Self.options)
    for count in sound.indices {
      #expect(throws: FormatError.self, "cut to \(count) bytes") {
        let report = try ArchiveVerifier.verify(BytesSource(Array(sound[..<count])))
        if let problem = report.problems.first { throw problem }
      }
    }
  }

  @Test func damageToOneBlockCostsThatBlockOnly() throws {
    let sound = try archive([smallTraces()], options: Self.options)
    let opened = try V2Archive(BytesSource(sound))
    let blocks = opened.segments[0].range(.blocks, chunk: 0)
    var bytes = sound
    bytes[blocks.lowerBound + 5] ^= 0x10
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problemCount == 1)
    #expect(report.problems.first?.code == .checksumMismatch)
    #expect(report.problems.first?.offset == blocks.lowerBound)
    #expect(report.spans == 12, "the other chunks are read whole")
  }
}
