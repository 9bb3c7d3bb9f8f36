import Dispatch
import Foundation
import Synchronization
import Testing

@testable import BHTrace

/// Inputs that are made to take for ever, or all memory.
struct HostileJSONTests {
  private static let samples: [[UInt8]] = [
    Array("{\"data\":[]\"\n]".utf8), Array("{\"data\":[]]".utf8),
    Array(
      "{\"data\":[{\"traceID\":\"1\",\"spans\":[{\"spanID\":\"2\",\"startTime\":1}]}]\"\n]}".utf8),
    Array("[{\"traceId\":\"1\",\"id\":\"2\",\"timestamp\":1},\n{\"traceId\":\"1\",\"id\"".utf8),
    Array("[{\"traceID\":\"1\"}\n{\"spanID\":\"1\",\"startTime\":1}\n{\"spanID\":".utf8),
    Array(
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"a\"},\n{]}]}]}\n{\"resourceSpans\":[\n{"
        .utf8),
    Array(
      "{\"resourceSpans\":[{},null,{\"scopeSpans\":[{},{\"scope\":{}}]}]}\n{\"trace\":{\"batches\":[]}}"
        .utf8),
  ]
  private static let marks = Array("}]{\",\n".utf8)

  /// Every beginning of the samples, and every sample with one byte left out, changed or added.
  private static var variants: [[UInt8]] {
    var variants: [[UInt8]] = []
    for sample in samples {
      for at in sample.indices {
        let (before, after) = (Array(sample[..<at]), Array(sample[(at + 1)...]))
        variants.append(before)
        variants.append(before + after)
        for mark in marks {
          variants.append(before + [mark] + after)
          variants.append(before + [mark, sample[at]] + after)
        }
      }
    }
    return variants
  }

  @Test func everyVariantEnds() {
    let variants = Self.variants
    let current = Atomic(0)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for (number, variant) in variants.enumerated() {
        current.store(number, ordering: .relaxed)
        for reader in readers(variant) {
          var report = InputReport(isStrict: false)
          while (try? reader.next(&report)) != nil {}
        }
      }
      done.signal()
    }
    // As long as it goes on, the machine is only slow.
    var seen = -1
    while done.wait(timeout: .now() + 60) == .timedOut {
      let now = current.load(ordering: .relaxed)
      if now == seen {
        Issue.record("never ends: \(String(decoding: variants[now], as: UTF8.self))")
        return
      }
      seen = now
    }
  }

  @Test func aBracketThatClosesNothingIsNamed() throws {
    for text in [
      "{\"data\":[{\"traceID\":\"1\",\"spans\":[]}]\"\n]", "{\"data\":[{\"traceID\":\"1\"}]]",
    ] {
      let read = try ReadSpans(text)
      #expect(read.count == 0)
      #expect(
        read.report.problems.contains { $0.what.hasPrefix("']' stands where an object has to") })
    }
  }

  @Test func emptyGroupsLeaveNoRecords() throws {
    let groups = "{\"resourceSpans\":[" + String(repeating: "{},", count: 20_000)
    let scopes =
      "{\"scopeSpans\":[" + String(repeating: "{},", count: 20_000) + "{\"spans\":[{}]}]}"
    let outcome = try OTLPJSON.read(groups + scopes + "]}")
    #expect(outcome.spans == 1)
    #expect(outcome.batches.count == 1)
    #expect(outcome.batches.first?.resources.count == 1)
    #expect(outcome.batches.first?.scopes.count == 1)
  }

  @Test func anObjectIsNotHeldBeyondALimit() throws {
    let stream = EndlessString()
    var report = InputReport(isStrict: false)
    let elements = JSONElements(BufferedStream(stream), longestObject: 4 << 20)
    #expect {
      while try elements.next(&report) != nil {}
    } throws: { error in
      (error as? FormatError)?.what.contains("longer than the 4 MiB that are read at a time")
        == true
    }
  }

  /// `{"a":"aaa…` without end.
  private final class EndlessString: ByteStream {
    private var isFirst = true
    func next(upTo limit: Int) -> [UInt8] {
      defer { isFirst = false }
      return isFirst
        ? Array("{\"a\":\"".utf8) : [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    }
  }
}

/// Readers of all JSON formats over the same bytes.
private func readers(_ bytes: [UInt8]) -> [any BatchReader] {
  func stream() -> BufferedStream { BufferedStream(MemoryByteStream(bytes)) }
  return [JaegerInput(stream()), ZipkinInput(stream()), OTLPJSONInput(stream())]
}
