import BHTView
import Testing

struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("GET /", 5), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("👍🏽", 2), ("👩‍👩‍👧", 2),
    ("❤️", 2), ("a\u{200D}b", 2), ("ﾊ", 1), ("Ａ", 2),
  ])
  func charactersTakeTheirColumns(text: String, columns: Int) {
    #expect(DisplayWidth.columns(text) == columns)
  }

  @Test(arguments: [
    ("GET /cart/add", 9, "GET …/add"), ("GET", 3, "GET"), ("GET", 2, "G…"), ("GET", 1, "…"),
    ("GET", 0, ""), ("日本語版", 5, "日…版"), ("日本語版", 6, "日…版"),
  ])
  func longTextIsCutInTheMiddle(text: String, limit: Int, cut: String) {
    #expect(DisplayWidth.cut(text, to: limit) == cut)
    #expect(DisplayWidth.columns(DisplayWidth.fitted(text, to: limit)) == limit)
  }

  @Test func tablesAreCutAtTheirNamesOnly() {
    var table = Table([.text("ID"), .names("NAME"), .figures("N")])
    table.add(["0123456789", "a long name of something", "7"])
    table.add(["1", "日本語版日本語版日本語版", "12"])
    let page = table.page(Style(isOn: false, width: 30))
    let lines = page.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { DisplayWidth.columns($0) <= 30 })
    #expect(lines[1].hasPrefix("0123456789  a long …ething   7"))
  }
}
