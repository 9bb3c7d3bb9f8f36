import BHTrace

extension Measurements {
  /// The plot as SVG: size in bytes a span against bytes read for a part, a panel for each corpus.
  package var plot: String {
    var svg = SVGText(
      width: LogPlot.width, height: LogPlot.height * Double(max(1, corpora.count)),
      title: "Bytes a span against bytes read for a part of the archive")
    for (number, corpus) in corpora.enumerated() {
      corpus.plot.draw(into: &svg, at: LogPlot.height * Double(number))
    }
    return svg.document
  }
}

extension CorpusMeasurement {
  /// The corpus's panel.
  fileprivate var plot: LogPlot {
    let part = traces == 1 ? "a branch of \(FigureText.grouped(branchSpans)) spans" : "one trace"
    var plot = LogPlot(
      title: headline(part), subtitle: comparison(part),
      xLabel: "bytes read for " + part + (traces == 1 ? "" : " by its id, median"),
      yLabel: "bytes a span")
    plot.series.append(
      LogPlot.Series(
        legend: [
          "v2, by size of its blocks", "\(FigureText.block(FormatOptions().block)) is the default",
        ] + defaultRemark,
        marker: .circle, colour: "#0060a8",
        points: blockSizes.map { figure in
          LogPlot.Point(
            x: Double(figure.drillInBytes), y: Double(figure.bytes) / Double(spans),
            label: FigureText.block(figure.block), isMain: figure.block == FormatOptions().block)
        }))
    for drillIn in drillIns where drillIn.bytes > 0 {
      let isV1 = drillIn.form == .v1
      add(
        drillIn.form, read: drillIn.bytes, isV1 && traces > 1 ? ["a file a trace"] : [],
        isV1 ? .square : .cross, isV1 ? "#b04a00" : "#8a3ffc", to: &plot)
    }
    for (form, marker, colour) in [
      (SizeFigure.Form.zstd19, LogPlot.Marker.up, "#00785a"), (.xz9e, .down, "#a02060"),
    ] {
      add(form, read: bytes(form) ?? 0, ["reads it all"], marker, colour, to: &plot)
    }
    return plot
  }

  /// The figures of archives as they are written by default.
  private var standard: (bytesASpan: Double, read: Int)? {
    blockSizes.first { $0.block == FormatOptions().block }
      .map { (Double($0.bytes) / Double(spans), $0.drillInBytes) }
  }

  /// What is to be seen: how small, and how little is read for it.
  private func headline(_ part: String) -> String {
    let what = "\(name), \(FigureText.grouped(spans)) spans"
    guard let standard else { return what }
    return "\(what): \(FigureText.short(standard.bytesASpan)) bytes a span, "
      + "\(FigureText.size(Double(standard.read))) read for \(part)"
  }

  /// The same of what is read whole.
  private func comparison(_ part: String) -> String {
    let whole = [SizeFigure.Form.zstd19, .xz9e].compactMap { form in
      bytes(form).flatMap { read in bytesASpan(form).map { (form.label, read, $0) } }
    }
    guard let (label, read, size) = whole.min(by: { $0.1 < $1.1 }) else { return "" }
    return
      "\(label): \(FigureText.short(size)) bytes a span, and all \(FigureText.size(Double(read))) "
      + "read for \(part)"
  }

  private var defaultRemark: [String] {
    standard.map { [remark($0.bytesASpan, $0.read)] } ?? []
  }

  private func remark(_ bytesASpan: Double, _ read: Int) -> String {
    "\(FigureText.short(bytesASpan)) B a span, reads \(FigureText.size(Double(read)))"
  }

  private func add(
    _ form: SizeFigure.Form, read: Int, _ remarks: [String], _ marker: LogPlot.Marker,
    _ colour: String, to plot: inout LogPlot
  ) {
    guard let size = bytesASpan(form), read > 0 else { return }
    plot.series.append(
      LogPlot.Series(
        legend: [form.label] + remarks + [remark(size, read)], marker: marker, colour: colour,
        points: [LogPlot.Point(x: Double(read), y: size)]))
  }
}
