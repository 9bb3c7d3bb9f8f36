import Testing

@testable import BHTSearch

/// What is said of queries that are wrong, and where the caret stands.
@Suite struct QueryErrorTests {
  @Test(arguments: [
    ("", "1:1 the query is empty; `{ }` finds all spans"),
    (
      "{ status = rootServicename }",
      "1:12 `rootServicename` is no field; did you mean `rootServiceName`?"
    ),
    (
      "{ .a < }",
      "1:8 found `}` where a value, such as `.http.method`, `duration` or `200`, is wanted"
    ),
    ("{ .a == 3 }", "1:7 `==` is written `=`"),
    ("{ .a < 3", "1:9 the query ends where an operator or `}` is wanted"),
    ("{ .a = 1 and .b = 2 }", "1:10 `and` is written `&&`"),
    ("{ .a = 'x' }", "1:8 text is written in double quotes or backquotes, not in single ones"),
    ("{ . }", "1:3 after `.` the name of an attribute is wanted"),
    (
      "{ trace:name = \"a\" }",
      "1:3 there is no `trace:name`; there are `trace:id`, `trace:duration`, `trace:rootName`, `trace:rootService`"
    ),
    (
      "{ span:parentId = \"a\" }",
      "1:3 there is no `span:parentId`; did you mean `span:parentID`?"
    ),
    (
      "{ duration > 5x }",
      "1:14 `5x` is no duration; durations are written like `1h30m`, `1.5s`, `250ms`, `10us`"
    ),
    ("{ .a =~ \"x[\" }", "1:11 this is no regular expression: missing ]: ["),
    ("{ .a =~ \"\\\\d[\" }", "1:9 this is no regular expression: missing ]: ["),
    ("{ .a =~ .b }", "1:9 to the right of `=~` a regular expression in quotes is wanted"),
    ("{ .a > nil }", "1:8 `nil` is compared by `=` and `!=` only"),
    ("{ name = nil }", "1:3 every span has `name`: it is never nil"),
    (
      "{ status = \"error\" }",
      "1:12 `status` is a status, and this is text: they never meet; write `error` without quotes"
    ),
    (
      "{ duration > \"1s\" }",
      "1:14 `duration` is a duration, and this is text: they never meet; write `1s` without quotes"
    ),
    ("{ 1 = name }", "1:3 `name` is text, and this is a number: they never meet"),
    ("{ kind > client }", "1:3 `>` has no meaning for a kind; `=` and `!=` have"),
    (
      "{ status }", "1:3 a filter is true or false, and this is a status; compare it with something"
    ),
    ("{ 1 / 0 = 1 }", "1:7 this divides by zero"),
    (
      "{ true } + { true }",
      "1:10 `+` joins numbers, not sets of spans; they are joined by `&&`, `||`, `>`, `>>`, `~` and the like"
    ),
    ("{ } | count()", "1:7 `count` is no answer yet; compare it: `count() > 2`"),
    (
      ".http.method = \"GET\"",
      "1:1 found `.http.method` where spans are wanted; conditions stand in braces: `{ … }`"
    ),
    ("max(name) = \"x\"", "1:13 outside of braces numbers are compared, and this is text"),
    ("count()", "1:1 a number of spans is no answer yet; compare it, as in `count() > 2`"),
    (
      "{ } | rate() + 5",
      "1:14 metrics that are computed with stand in brackets: `({ … } | rate()) + …`"
    ),
    (
      "{ } | topk(3)",
      "1:7 `topk` takes its pick of metrics; put a metric before it, as in `{ … } | rate() by (name) | topk(10)`"
    ),
    ("{ } | rate() | topk(0)", "1:21 `topk` keeps at least 1 series"),
    ("rate()", "1:1 `rate` is made of spans, which stand before it: `{ … } | rate(…)`"),
    ("{ } | coutn() > 2", "1:7 `coutn` is no function; did you mean `count`?"),
    ("coalesce() | { }", "1:1 `coalesce()` joins what a stage before it parted; put one first"),
    ("{ } | by(1)", "1:7 `by` wants something of the spans to group by, as in `by(name)`"),
    ("{ } | max(name) > 1", "1:11 `max` is made of numbers, and this is text"),
    (
      "{ } > !{ .a }",
      "1:7 `!{ … }` says something of whole traces and has no spans that `>` could join; join it by `&&` or `||`"
    ),
    (
      "{ } | compare({ }) | topk(3)",
      "1:7 what `compare` finds is neither computed with nor reduced"
    ),
    (
      "{ } | avg_over_time(name)",
      "1:21 `avg_over_time` is made of numbers, and this is text"
    ),
    ("{ } | quantile_over_time(duration, 99)", "1:7 a quantile lies between 0 and 1"),
    (
      "({ } | rate()) > 1s * 2",
      "1:21 there is no arithmetic with durations here; write the result"
    ),
    (
      "{ .a = 1 }\n  && { .b = }",
      "2:13 found `}` where a value, such as `.http.method`, `duration` or `200`, is wanted"
    ),
    (
      "{ .é = \"ß\" && x }",
      "1:15 `x` is no field; attributes are written `.x`, `span.x` or `resource.x`, text \"x\""
    ),
    ("{ .a = \"x }", "1:8 these quotes are never closed"),
    (
      "{ .a = \"\\q\" }",
      "1:9 there is no such escape; a backslash is written `\\\\`, or the text in backquotes"
    ),
    (
      "{ .a = 99999999999999999999 }",
      "1:8 this number does not fit 64 bits; write 99999999999999999999.0 for a float"
    ),
    ("{ .a & .b }", "1:6 `&` means nothing here; did you mean `&&`?"),
    (
      "{ parent }",
      "1:3 `parent` is no value; `parent.x` is the parent's attribute x, `span:parentID` its id"
    ),
  ])
  func placesAndReasons(query: String, expected: String) {
    do throws(QueryError) {
      let read = try Query(query)
      Issue.record("\(query) was read as \(read)")
    } catch {
      #expect("\(error.line):\(error.column) \(error.message)" == expected)
    }
  }

  @Test func theCaretStandsUnderTheFault() {
    #expect(throws: QueryError.self) { try Query("{ .é = 1 &&\n\t.b = foo }") }
    do throws(QueryError) {
      _ = try Query("{ .é = 1 &&\n\t.b = duraton }")
    } catch {
      #expect(
        error.description == """
          line 2, column 7: `duraton` is no field; did you mean `duration`?
             .b = duraton }
                  ^
          """)
    }
  }

  @Test func longLinesAreCutAroundTheFault() {
    let query = "{ " + String(repeating: ".a = 1 || ", count: 50) + "x || .b = 1 }"
    do throws(QueryError) {
      _ = try Query(query)
    } catch {
      #expect(error.column == 503)
      #expect(error.caret == 61 && error.excerpt.hasPrefix("…") && !error.excerpt.hasSuffix("…"))
      #expect(Array(error.excerpt.unicodeScalars)[error.caret] == "x")
    }
  }

  @Test func boundsAreKept() throws {
    let deep = "{ " + String(repeating: "(", count: 200) + "true"
    #expect(throws: QueryError.self) { try Query(deep) }
    let minus = "{ " + String(repeating: "- ", count: 5000) + "1 = 1 }"
    #expect(throws: QueryError.self) { try Query(minus) }
    let long = "{ .a = \"" + String(repeating: "x", count: 130 << 10) + "\" }"
    #expect(throws: QueryError.self) { try Query(long) }
    let sum = "{ 1" + String(repeating: " + .a", count: 5000) + " = 1 }"
    #expect(throws: QueryError.self) { try Query(sum) }
    let alternatives = (0..<5000).map { ".a = \($0)" }.joined(separator: " || ")
    #expect(try Query("{ \(alternatives) }").description == "{ \(alternatives) }")
  }
}
