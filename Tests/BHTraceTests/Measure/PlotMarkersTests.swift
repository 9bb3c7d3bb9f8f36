import Testing

@testable import BHTMeasure

@Suite struct PlotMarkersTests {
  private func points(_ labels: String...) -> [LogPlot.Point] {
    labels.map { LogPlot.Point(x: 1, y: 1, label: $0, isMain: $0 == "4") }
  }

  private func places(_ x: Double...) -> [MarkerGroup.Place] {
    x.map { MarkerGroup.Place(x: $0, y: 100) }
  }

  @Test func pointsOverEachOtherShareAMarker() {
    let all = points("1", "2", "4", "8", "16")
    let groups = MarkerGroup.groups(all, at: places(50, 96, 100, 104, 140))
    #expect(groups.map { $0.label(of: all) } == ["2 to 8", "1", "16"])
    // The one that stands out has its marker where it is.
    #expect(groups[0].place.x == 100)
  }

  @Test func pointsThatAreNoNeighboursAreNamedOneByOne() {
    let all = points("1", "2", "3", "8", "16")
    let groups = MarkerGroup.groups(all, at: places(100, 200, 201, 101, 102))
    #expect(groups.map { $0.label(of: all) } == ["1, 8 to 16", "2 to 3"])
  }

  @Test func markersOfOtherSeriesAreMovedAsLittleAsItTakes() {
    let place = MarkerGroup.Place(x: 100, y: 100)
    #expect(place.beside([]) == place)
    #expect(place.beside(places(90)) == MarkerGroup.Place(x: 103, y: 100))
    var taken: [MarkerGroup.Place] = []
    for _ in 0..<5 { taken.append(place.beside(taken)) }
    for (number, one) in taken.enumerated() {
      let others = taken.prefix(number)
      #expect(!others.contains(where: one.isOver))
    }
  }
}
