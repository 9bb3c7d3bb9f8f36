import Testing

@testable import BHTrace

/// Gives `decode` the content of a section damaged in ways that a checksum would have noticed: cut
/// short at every byte, and with random bits changed. Returns how often it threw.
func damaged(
  _ content: [UInt8], seed: UInt64, flips: Int = 2000, _ decode: ([UInt8]) throws -> Void
) throws -> Int {
  var thrown = 0
  func attempt(_ content: [UInt8]) throws {
    do { try decode(content) } catch is FormatError { thrown += 1 }
  }
  for count in content.indices { try attempt(Array(content[..<count])) }
  var random = SeededGenerator(seed: seed)
  for _ in 0..<flips {
    var changed = content
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: changed.indices, using: &random)
      changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    try attempt(changed)
  }
  return thrown
}

/// The same for a packed page: its content is damaged under a checksum that agrees, and the page
/// itself is cut short at every byte, which always has to throw.
func damagedPage(
  _ page: [UInt8], seed: UInt64, _ decode: ([UInt8]) throws -> Void
) throws -> Int {
  for count in page.indices {
    #expect(throws: FormatError.self) { try decode(Array(page[..<count])) }
  }
  let content = try Page.openPacked(page, at: 0, "a section")
  return try damaged(content, seed: seed) { content in
    try decode(packed { $0.append(content) })
  }
}

/// A packed page of what `body` writes.
func packed(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
  var content = ByteWriter()
  body(&content)
  var writer = ByteWriter()
  Page.sealPacked(content.bytes, to: &writer)
  return writer.bytes
}
