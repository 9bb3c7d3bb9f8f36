import BHTView
import Testing

struct TableTests {
  private var table: Table {
    var table = Table([
      .text("ID"), .services("SERVICE"), .names("OPERATION"), .figures("TIME").leftOut(1),
      .errors("ERRORS"), .bars("SHARE").leftOut(2),
    ])
    table.add(
      ["0123456789abcdef", "cart", "GET /cart/<user>/add/<int:pid>", "3.21 ms", "0", "████"],
      short: [0: "01234567"])
    table.add(
      ["fedcba9876543210", "発送サービス", "見積もりを取得する", "190 ms", "12", "█"], short: [0: "fedcba98"])
    return table
  }

  private func lines(_ width: Int?, colours: Bool = false) -> [String] {
    table.page(Style(isOn: colours, width: width)).split(separator: "\n").map(String.init)
  }

  @Test func withoutAWidthNothingIsCut() {
    #expect(
      lines(nil) == [
        "ID                SERVICE       OPERATION                          TIME  ERRORS  SHARE",
        "0123456789abcdef  cart          GET /cart/<user>/add/<int:pid>  3.21 ms       0  ████",
        "fedcba9876543210  発送サービス  見積もりを取得する               190 ms      12  █",
      ])
    #expect(lines(140) == lines(nil))
  }

  @Test func shortFormsAndCutNamesComeFirst() {
    #expect(
      lines(80) == [
        "ID        SERVICE       OPERATION                          TIME  ERRORS  SHARE",
        "01234567  cart          GET /cart/<user>/add/<int:pid>  3.21 ms       0  ████",
        "fedcba98  発送サービス  見積もりを取得する               190 ms      12  █",
      ])
    #expect(
      lines(70) == [
        "ID        SERVICE       OPERATION                  TIME  ERRORS  SHARE",
        "01234567  cart          GET /cart/<…/<int:pid>  3.21 ms       0  ████",
        "fedcba98  発送サービス  見積もりを取得する       190 ms      12  █",
      ])
  }

  @Test func thenColumnsAreLeftOut() {
    #expect(
      lines(60) == [
        "ID        SERVICE       OPERATION               TIME  ERRORS",
        "01234567  cart          GET /cart…<int:pid>  3.21 ms       0",
        "fedcba98  発送サービス  見積もりを取得する    190 ms      12",
      ])
    #expect(
      lines(40) == [
        "ID        SERVICE     OPERATION   ERRORS",
        "01234567  cart        GET /…pid>       0",
        "fedcba98  発送…ビス   見積…する       12",
      ])
  }

  @Test func coloursTakeNoColumns() {
    let coloured = lines(60, colours: true)
    #expect(coloured[1].contains("\u{1B}[38;5;33mcart\u{1B}[0m"))
    #expect(coloured[2].contains("\u{1B}[31m12\u{1B}[0m"))
    #expect(!coloured[1].contains("\u{1B}[31m"))
    let plain = coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
    #expect(plain == lines(60))
  }

  @Test(arguments: [
    (0, ""), (0.001, "▏"), (0.5, "█████"), (0.55, "█████▌"), (1, "██████████"), (7, "██████████"),
  ])
  func barsAreDrawnInEighths(fraction: Double, bar: String) {
    #expect(Bar.text(fraction, width: 10) == bar)
  }
}
