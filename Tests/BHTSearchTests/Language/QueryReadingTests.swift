import Testing

@testable import BHTSearch

/// How queries are read: what binds how tightly, shown by how they are written again.
@Suite struct QueryReadingTests {
  @Test(arguments: [
    ("{}", "{ }"), ("{true||false&&false}", "{ (true || false) && false }"),
    ("{ true && false || true }", "{ (true && false) || true }"),
    ("{ .a || (.b || .c) || .d }", "{ .a || .b || .c || .d }"),
    ("{ !.a = .b }", "{ !.a = .b }"), ("{ !(.a = .b) }", "{ !(.a = .b) }"),
    ("{ -.a = 2 }", "{ -.a = 2 }"), ("{ -.a * 2 = -2 }", "{ -.a * 2 = -2 }"),
    ("{ -.a + 2 = 1 }", "{ -.a + 2 = 1 }"), ("{ -2 ^ 2 = -4 }", "{ -2 ^ 2 = -4 }"),
    ("{ 2 ^ 3 ^ 2 = 1 }", "{ 2 ^ 3 ^ 2 = 1 }"), ("{ (2 ^ 3) ^ 2 = 1 }", "{ (2 ^ 3) ^ 2 = 1 }"),
    ("{ 1 - 2 - 3 = 4 }", "{ 1 - 2 - 3 = 4 }"), ("{ 1 - (2 - 3) = 4 }", "{ 1 - (2 - 3) = 4 }"),
    ("{ .a+1 = 2 }", "{ .a+1 = 2 }"), ("{ .a +1 = 2 }", "{ .a + 1 = 2 }"),
    ("{ .a != nil && nil = .b }", "{ .a != nil && .b = nil }"),
    ("{ nil != nil }", "{ false }"), ("{ .a !=? 3 }", "{ .a !=? 3 }"),
    ("{ span.\"a b\".c = `x\"y` }", "{ span.\"a b.c\" = \"x\\\"y\" }"),
    ("{ parent.span.x = parent.y }", "{ parent.span.x = parent.y }"),
    ("{ span:name = trace:rootService }", "{ name = rootServiceName }"),
    ("{ duration > 1h30m && .a = 1.5s }", "{ duration > 90m && .a = 1500ms }"),
    (
      "{ .a = 0x1f || .a = 1_000 || .a = .5 || .a = 1. }",
      "{ .a = 31 || .a = 1000 || .a = 0.5 || .a = 1.0 }"
    ),
    ("{ .a = minInt } // all", "{ .a = minInt }"),
    ("{ .a /* x */ = \"\\n\\xff\" }", "{ .a = \"\\x0a\\xff\" }"),
    ("{.a} > {.b} && {.c}", "{ .a } > { .b } && { .c }"),
    ("{.a} > ({.b} && {.c})", "{ .a } > ({ .b } && { .c })"),
    ("{.a}&&!{.b}||{.c}!>>{.d}", "{ .a } && !{ .b } || { .c } !>> { .d }"),
    ("({.a} | count() > 2) && ({.b})", "({ .a } | count() > 2) && { .b }"),
    ("(({.a} | {.b}))", "{ .a } | { .b }"),
    ("{ } | max(duration) - min(duration) > 2 * 3", "{ } | max(duration) - min(duration) > 6"),
    ("2 < ({.a} | count())", "2 < ({ .a } | count())"),
    (
      "({.a}|count()) > ({.b}|avg(duration)) * 2",
      "({ .a } | count()) > ({ .b } | avg(duration)) * 2"
    ),
    ("by(.a) | coalesce() | select(.b,name)", "by(.a) | coalesce() | select(.b, name)"),
    (
      "{} | rate() by(name,.a) | topk(5) > -3 with(sample=0.1) with(x=true)",
      "{ } | rate() by (name, .a) | topk(5) > -3.0 with(sample=0.1, x=true)"
    ),
    ("({} | rate()) * 100 > 5 | bottomk(2)", "({ } | rate()) * 100.0 > 5.0 | bottomk(2)"),
    (
      "({} | rate() > 6) * (1 / 2 + ({} | count_over_time()))",
      "({ } | rate() > 6.0) * (0.0 + ({ } | count_over_time()))"
    ),
    ("({} | max_over_time(duration)) > 10s", "{ } | max_over_time(duration) > 10.0"),
    (
      "{} | quantile_over_time(duration, .5, 1) by (kind)",
      "{ } | quantile_over_time(duration, 0.5, 1.0) by (kind)"
    ),
    ("{} | compare({status=error}, 5, 1, 2)", "{ } | compare({ status = error }, 5, 1, 2)"),
    ("{} | compare({})", "{ } | compare({ })"),
  ])
  func readAndWritten(query: String, written: String) throws {
    let read = try Query(query)
    #expect(read.description == written)
    #expect(try Query(written) == read)
  }
}
