import BHTSearch
import BHTView
import BHTrace

extension Command {
  /// `bhtpack keys`
  static let keys = Command(
    name: "keys",
    summary: "Print which attributes there are, of what types, and how many values recur",
    examples: ["keys shop.bht", "keys day/*.bht --json | jq -r '.result.keys[].key'"],
    details: """
      OF says who has the attribute, CHUNKS in which share of the archive's chunks (about 512 spans \
      each) it occurs, VALUES how many values are known without looking at spans; + behind it: there are \
      others, which need not recur. With --json the result is {"chunks", "keys": [{"key", "of", \
      "types", "chunks", "values", "others"}]}. Reads the tables of the archive only.
      """,
    operands: [.asked],
    ownFlags: ["limit"],
    run: runKeys)

  /// `bhtpack values`
  static let values = Command(
    name: "values",
    summary: "Print the values of an attribute, the most frequent first",
    examples: [
      "values shop.bht http.status_code", "values shop.bht span.http.url --count --limit 10",
    ],
    details: """
      Prints the values of the attribute KEY that recur, and in how many chunks (about 512 spans each) \
      each occurs, from the tables of the archive alone. With --count all spans are counted by the \
      value they have (KEY is then a name as in a query: span.KEY, resource.KEY, .KEY, name …), which \
      reads the payload that has it. With --json the result is {"key", "values": [{"value", "chunks" or \
      "spans"}], "others": whether there are values that need not recur}. Exit code 1 where nothing has \
      the attribute.
      """,
    operands: [.asked, Operand(name: "KEY", summary: "The attribute's key")],
    ownFlags: ["count", "limit", "since", "until"],
    run: runValues)
}

private func attributeKeys(
  _ reading: Reading, valuesOf key: [UInt8]? = nil
) throws -> AttributeKeys {
  var all = AttributeKeys()
  for member in reading.members {
    guard let session = member.archive as? ArchiveSession else {
      throw UsageError(
        "\(member.name) is a v1 file, which has no tables of attributes; `bhtpack convert` makes an "
          + "archive of it that has")
    }
    do { all.add(try AttributeKeys(of: session, valuesOf: key)) } catch let error as FormatError {
      try reading.passOver(member.name, error)
    }
  }
  return all
}

private func runKeys(_ options: Options, _ output: Output) throws -> ExitCode {
  try Reading.of(options.operands, output) { reading in
    let all = try attributeKeys(reading)
    let rows = all.rows.values
      .sorted { ($1.chunks, $0.key.text) < ($0.chunks, $1.key.text) }
      .prefix(options.list.limit ?? .max)
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.keys(rows, all.chunks) }
    } else if !rows.isEmpty {
      var table = Table([
        .names("KEY"), .text("OF"), .text("TYPES"), .figures("CHUNKS"), .figures("VALUES"),
      ])
      for row in rows {
        table.add([
          Printable.text(row.key), row.ownerNames.joined(separator: ", "),
          row.typeNames.joined(separator: ", "),
          Printable.percent(Double(row.chunks) / Double(max(1, all.chunks))),
          Printable.grouped(row.values.count) + (row.hasOthers ? "+" : " "),
        ])
      }
      try output.write(table.page(output.style))
    }
    if rows.isEmpty {
      return try output.negative(
        "\(reading.name) holds no attribute", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

private func runValues(_ options: Options, _ output: Output) throws -> ExitCode {
  let typed = options.operands[options.operands.count - 1]
  return try Reading.of(options.operands.dropLast(), output) { reading in
    var rows: [(value: SearchValue, count: Int)]
    var hasOthers = false
    if options.search.countsOnly {
      rows = try countedValues(of: typed, reading, options)
    } else {
      let key = Array(bareKey(typed).utf8)
      let all = try attributeKeys(reading, valuesOf: key)
      hasOthers = all.rows[key]?.hasOthers ?? false
      rows = all.valueChunks.map { (SearchValue($0.key), $0.value) }
    }
    rows.sort { a, b in
      a.count != b.count
        ? a.count > b.count : SearchValueText.text(a.value) < SearchValueText.text(b.value)
    }
    rows = Array(rows.prefix(options.list.limit ?? .max))
    let unit = options.search.countsOnly ? "spans" : "chunks"
    if options.json {
      try output.object(stats: { reading.archive.stats }) { json in
        json.beginObject()
        json.key("key")
        json.string(typed)
        json.key("values")
        json.beginArray()
        for row in rows {
          json.beginObject()
          json.key("value")
          json.value(row.value)
          json.key(unit)
          json.integer(row.count)
          json.endObject()
        }
        json.endArray()
        json.key("others")
        json.bool(hasOthers)
        json.endObject()
      }
    } else if !rows.isEmpty {
      var table = Table([.figures(unit.uppercased()), .names("VALUE")])
      for row in rows {
        table.add([Printable.grouped(row.count), SearchValueText.text(row.value)])
      }
      try output.write(table.page(output.style))
    }
    if rows.isEmpty && !hasOthers {
      return try output.negative(
        "\(reading.name) holds no attribute \(typed); `bhtpack keys` prints those there are",
        options,
        reading.archive.stats)
    }
    if hasOthers {
      try output.say("there are values that need not recur; --count finds them all")
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

/// `typed` without the scope that queries put in front.
private func bareKey(_ typed: String) -> String {
  for scope in AttributeName.Scope.allCases where typed.hasPrefix(scope.prefix) {
    return String(typed.dropFirst(scope.prefix.count))
  }
  return typed
}

/// The values of a name of queries and how many spans have each.
private func countedValues(
  of typed: String, _ reading: Reading, _ options: Options
) throws -> [(value: SearchValue, count: Int)] {
  var query: Query?
  // A bare key is meant as the attribute of a span or its resource.
  do { query = try Query("{ } | count_over_time() by (\(typed))") } catch {
    query = try Query("{ } | count_over_time() by (.\(typed))")
  }
  guard case .metrics(let expression)? = query?.body else { return [] }
  let archives = reading.members
  guard let all = try ArchiveSet.spanTimes(of: archives) else { return [] }
  let first = options.list.since ?? (all.lowerBound == 0 ? 0 : all.lowerBound - 1)
  let times = SeriesTimes(instantFrom: first, through: options.list.until ?? all.upperBound)
  var report = SearchReport()
  let series = try SeriesSearch(expression).run(
    over: archives, times, report: &report,
    passOver: { archive, error in try reading.passOver(archive.name, error) })
  return series.compactMap { one in
    guard let value = one.labels.first?.value, !value.isMissing else { return nil }
    return (value, Int(one.values.first ?? 0))
  }
}

extension AttributeKeys.Row {
  /// Who has it, in words.
  fileprivate var ownerNames: [String] {
    AttributeKeys.Owner.allCases.filter { owners.contains($0) }.map { "\($0)" }
  }

  /// The types of its values, in words.
  fileprivate var typeNames: [String] {
    kinds.sorted { $0.rawValue < $1.rawValue }.map { "\($0)" }
  }
}

extension SearchValue {
  /// A value that tables list.
  fileprivate init(_ value: AttributeKeys.KnownValue) {
    let record =
      value.kind.hasRange
      ? AttributeRecord(
        key: .empty, kind: value.kind, range: ByteRange(0, value.bytes.count))
      : AttributeRecord(key: .empty, kind: value.kind, bits: value.bits)
    self.init(record, in: value.bytes)
  }
}

extension [UInt8] {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

extension CompactJSON {
  fileprivate mutating func keys(_ rows: ArraySlice<AttributeKeys.Row>, _ chunks: Int) {
    beginObject()
    key("chunks")
    integer(chunks)
    key("keys")
    beginArray()
    for row in rows {
      beginObject()
      key("key")
      string(row.key)
      for (name, words) in [("of", row.ownerNames), ("types", row.typeNames)] {
        key(name)
        beginArray()
        for word in words { string(word) }
        endArray()
      }
      key("chunks")
      integer(row.chunks)
      key("values")
      integer(row.values.count)
      key("others")
      bool(row.hasOthers)
      endObject()
    }
    endArray()
    endObject()
  }
}
