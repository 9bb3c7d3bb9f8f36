/// What one critical path adds up to, by span and by service.
package struct CriticalPathTotals: Sendable, Equatable {
  /// One span on the path, or above one that is.
  package struct SpanTime: Sendable, Equatable {
    /// The span's pre-order position.
    package var position: Int
    /// The time charged to the span itself, in nanoseconds.
    package var selfTime: UInt64
    /// The time charged to the span and all under it.
    package var inclusive: UInt64

    /// The times of the span at `position`.
    package init(position: Int, selfTime: UInt64, inclusive: UInt64) {
      self.position = position
      self.selfTime = selfTime
      self.inclusive = inclusive
    }
  }

  /// The time charged to the spans of one service.
  package struct ServiceTime: Sendable, Equatable {
    /// The service's name, as bytes.
    package var service: [UInt8]
    /// Self time on the path, in nanoseconds.
    package var selfTime: UInt64

    /// `selfTime` nanoseconds of `service`.
    package init(service: [UInt8], selfTime: UInt64) {
      self.service = service
      self.selfTime = selfTime
    }
  }

  /// The spans with time on the path, in pre-order.
  package var spans: [SpanTime] = []
  /// The services, largest first, equal ones by the bytes of the name.
  package var services: [ServiceTime] = []

  /// Adds up `path`, which `method` found in `tree`.
  package init(
    of path: CriticalPath, method: CriticalPath.Method, in tree: TraceTree, names: NameTable
  ) {
    guard path.root < tree.count else { return }
    let count = tree.subtreeEnd(path.root) - path.root
    var selfTimes = [UInt64](repeating: 0, count: count)
    for (index, section) in path.sections.enumerated() {
      selfTimes[section.position - path.root].addSaturating(
        path.sections.ownTime(at: index, method: method))
    }
    var inclusive = selfTimes
    for span in (0..<count).reversed() where span > 0 {
      inclusive[Int(tree.parents[path.root + span]) - path.root].addSaturating(inclusive[span])
    }
    var times = [UInt64](repeating: 0, count: names.services.count)
    for span in 0..<count where inclusive[span] > 0 {
      let position = path.root + span
      spans.append(
        SpanTime(position: position, selfTime: selfTimes[span], inclusive: inclusive[span]))
      let operation = names.operations[Int(tree.operations[position])]
      times[Int(operation.service)].addSaturating(selfTimes[span])
    }
    services = names.services.indices.filter { times[$0] > 0 }
      .map { ServiceTime(service: names.services[$0], selfTime: times[$0]) }
      .sorted {
        $0.selfTime != $1.selfTime
          ? $0.selfTime > $1.selfTime : ByteComparison.order($0.service, $1.service) < 0
      }
  }
}

extension [CriticalPath.Section] {
  /// The time of the section at `index` that belongs to its span alone. The sections of
  /// `longestChild` overlap, a child's lying in its parent's: there it is the section without
  /// the part the next one covers.
  package func ownTime(at index: Int, method: CriticalPath.Method) -> UInt64 {
    let section = self[index]
    let time = section.end - section.start
    guard method == .longestChild && index + 1 < count else { return time }
    let from = Swift.max(section.start, self[index + 1].start)
    let to = Swift.min(section.end, self[index + 1].end)
    return from < to ? time - (to - from) : time
  }
}
