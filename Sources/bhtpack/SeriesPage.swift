import BHTSearch
import BHTView
import BHTrace

/// Series as text.
struct SeriesPage {
  let times: SeriesTimes
  let isInstant: Bool
  /// What a series without labels is called.
  let name: String

  /// A line a series: its labels, the range of its numbers, and their course.
  func table(_ series: [Series], _ style: Style) -> String {
    if series.isEmpty { return "" }
    if isInstant {
      var table = Table([.names("SERIES"), .figures("VALUE")])
      for one in series { table.add([labels(one), short(one.values.first ?? .nan)]) }
      return table.page(style)
    }
    let head =
      "\(PrintedTime.text(times.start)) to \(PrintedTime.text(times.end)), "
      + "\(Printable.count(times.count, "interval")) of \(Printable.duration(times.step))\n\n"
    var table = Table([
      .names("SERIES"), .figures("LEAST"), .figures("MEAN"), .figures("GREATEST"),
      .text("COURSE"),
    ])
    for one in series {
      let there = one.values.filter { !$0.isNaN }
      let mean = there.reduce(0, +) / Double(max(1, there.count))
      table.add([
        labels(one), short(there.min() ?? .nan), short(mean), short(there.max() ?? .nan),
        Sparkline.text(one.values, width: min(60, one.values.count)),
      ])
    }
    return head + table.page(style)
  }

  /// A line an interval, a column a series.
  func csv(_ series: [Series]) -> String {
    var page = (["time"] + series.map(labels)).map(Record.csv).joined(separator: ",") + "\n"
    for interval in 0..<times.count {
      let cells = series.map { one in
        one.values[interval].isNaN ? "" : number(one.values[interval])
      }
      page += ([PrintedTime.text(times.stamp(interval))] + cells).joined(separator: ",") + "\n"
    }
    return page
  }

  /// The answer of Prometheus' query API: a vector for an instant, else a matrix.
  func prometheus(_ series: [Series]) -> String {
    var json = CompactJSON()
    json.beginObject()
    json.key("status")
    json.string("success")
    json.key("data")
    json.beginObject()
    json.key("resultType")
    json.string(isInstant ? "vector" : "matrix")
    json.key("result")
    json.beginArray()
    for one in series {
      json.beginObject()
      json.key("metric")
      json.beginObject()
      if one.labels.isEmpty {
        json.key("__name__")
        json.string(name)
      }
      for label in one.labels {
        json.key(label.name)
        json.string(SearchValueText.text(label.value))
      }
      json.endObject()
      json.key(isInstant ? "value" : "values")
      if !isInstant { json.beginArray() }
      for (interval, value) in one.values.enumerated() where !value.isNaN {
        json.beginArray()
        json.double(Double(times.stamp(interval)) / 1e9)
        json.string(number(value))
        json.endArray()
      }
      if !isInstant { json.endArray() }
      json.endObject()
    }
    json.endArray()
    json.endObject()
    json.endObject()
    json.endLine()
    return String(decoding: json.take(), as: UTF8.self)
  }

  /// `{name="value", …}`
  private func labels(_ series: Series) -> String {
    if series.labels.isEmpty { return name }
    return "{"
      + series.labels.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: ", ") + "}"
  }

  private func quoted(_ value: SearchValue) -> String {
    if case .text = value { return "\"\(SearchValueText.text(value))\"" }
    return SearchValueText.text(value)
  }

  /// A number with about six digits, for eyes.
  private func short(_ value: Double) -> String {
    guard value.isFinite, value != value.rounded(), value.magnitude < 1e6 else {
      return number(value)
    }
    var scale = 1.0
    while value.magnitude * scale < 1e5 && scale < 1e12 { scale *= 10 }
    return number((value * scale).rounded() / scale)
  }

  /// A number as short as it can be said exactly.
  private func number(_ value: Double) -> String {
    if value.isNaN { return "" }
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
    return String(value)
  }
}

/// The course of numbers in one line.
enum Sparkline {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  /// `values` in at most `width` columns, each the greatest of those it stands for; a space where there
  /// is none.
  static func text(_ values: [Double], width: Int) -> String {
    if values.isEmpty || width < 1 { return "" }
    let columns = min(width, values.count)
    let greatest = (0..<columns).map { column in
      let range = (column * values.count / columns)..<((column + 1) * values.count / columns)
      return values[range].filter { !$0.isNaN }.max() ?? .nan
    }
    guard let top = greatest.filter({ !$0.isNaN }).max() else { return "" }
    return String(
      greatest.map { value in
        if value.isNaN { return " " }
        if top <= 0 || value <= 0 { return levels[0] }
        return levels[min(levels.count - 1, Int(value / top * Double(levels.count - 1) + 0.5))]
      })
  }
}

extension CompactJSON {
  /// Writes series over `times`.
  mutating func series(_ series: [Series], _ times: SeriesTimes) {
    beginObject()
    key("start_ns")
    integer(times.start)
    key("end_ns")
    integer(times.end)
    key("step_ns")
    integer(times.step)
    key("series")
    beginArray()
    for one in series {
      beginObject()
      key("labels")
      beginObject()
      for label in one.labels {
        key(label.name)
        value(label.value)
      }
      endObject()
      key("values")
      beginArray()
      for (interval, value) in one.values.enumerated() where !value.isNaN {
        beginArray()
        integer(times.stamp(interval))
        double(value)
        endArray()
      }
      endArray()
      endObject()
    }
    endArray()
    endObject()
  }
}
