import Testing

@testable import BHTrace

struct MessagePatternTests {
  @Test(arguments: [
    ("", ""), ("card declined", "card declined"), ("  spaces around \n", "spaces around"),
    ("timeout after 250 ms", "timeout after <n> ms"), ("took 1,250.75ms", "took <n>ms"),
    ("order 9f8e7d6c5b4a not found", "order <hex> not found"),
    ("deadbeef is a word", "deadbeef is a word"), ("at 0xDEADBEEF:", "at <hex>:"),
    ("id 7F3A9120-1c4e-4f5a-9b1e-2d3c4b5a6978.", "id <uuid>."),
    ("no key \"user:42\" in 'cart'", "no key <text> in <text>"),
    ("can't connect, it's down", "can't connect, it's down"),
    (
      "dial tcp 10.0.3.7:5432: connect: connection refused",
      "dial tcp <address>: connect: connection refused"
    ),
    ("[::1]:8080 and fe80::1 refused", "[<address>]:<n> and <address> refused"),
    ("GET http://shop/cart/42?x=1 failed", "GET <address> failed"),
    ("host db.internal:5432 is gone", "host <address> is gone"),
    ("mail to a.b@example.com bounced", "mail to <address> bounced"),
    ("open /var/lib/shop/42.db: no such file", "open <path>: no such file"),
    ("open C:\\data\\x.db", "open <path>"),
    ("text/html or application/json", "text/html or application/json"),
    ("at 12:30:45 on 2026-01-02", "at <n>:<n>:<n> on <n>-<n>-<n>"),
    ("pod-7 of shop2", "pod-<n> of shop<n>"), ("status=503", "status=<n>"),
    ("first line\nsecond 7", "first line"), ("größe 7 überschritten", "größe <n> überschritten"),
    ("unclosed \"quote", "unclosed \"quote"),
  ])
  func variablePartsAreCutOut(_ message: String, _ pattern: String) {
    let found = MessagePattern.of(message.utf8)
    #expect(String(decoding: found, as: UTF8.self) == pattern)
  }

  @Test func patternsStayAsTheyAre() {
    for message in ["timeout after 250 ms", "no key 'x' in /a/b at 10.0.0.1", "id 0xAB"] {
      let once = MessagePattern.of(message.utf8)
      #expect(MessagePattern.of(once) == once)
    }
  }

  @Test func longMessagesAreCutBetweenCharacters() {
    for length in 500...520 {
      let message = String(repeating: "x", count: length) + String(repeating: "é", count: 40)
      let pattern = MessagePattern.of(message.utf8)
      #expect(pattern.count <= 512)
      #expect(String(validating: pattern, as: UTF8.self) != nil, "\(length)")
    }
  }

  @Test(arguments: UInt64(1)...50)
  func anyBytesHaveOne(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("a0f9 :/.'\"`-@=([\\x\u{E9}\n".utf8) + [0xFF, 0x80, 0]
    for _ in 0..<200 {
      let message = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      #expect(MessagePattern.of(message).count <= 8 * 40)
    }
  }
}
