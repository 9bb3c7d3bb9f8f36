/// Services and operations of several name tables under common numbers, equal bytes merged.
///
/// An operation is a pair of service and name here; the kind plays no part.
struct MergedNames: Sendable {
  /// What the numbers of one table mean in the common numbering.
  struct Mapping: Sendable {
    /// By operation of the table: the common number of its service.
    var services: [Int] = []
    /// By operation of the table: its common number.
    var operations: [Int] = []
  }

  private var services = ByteInterner()
  /// Operations as the four bytes of the service's number, then the name.
  private var operations = ByteInterner()
  /// By common operation number: the common number of the service.
  private(set) var serviceOfOperation: [Int] = []
  private var mappings = NameTableCache<Mapping>()

  /// The number of different services.
  var serviceCount: Int { services.count }

  /// The number of different operations.
  var operationCount: Int { operations.count }

  /// The name of service `number`, as bytes.
  func serviceName(_ number: Int) -> [UInt8] { services.bytes(number) }

  /// The name of operation `number`, as bytes.
  func operationName(_ number: Int) -> [UInt8] { Array(operations.bytes(number).dropFirst(4)) }

  /// The mapping of a table, remembered by the number it tends to come with.
  mutating func mapping(of names: NameTable, hint: Int) -> Mapping {
    var cache = NameTableCache<Mapping>()
    swap(&cache, &mappings)
    defer { swap(&cache, &mappings) }
    return cache.value(for: names, hint: hint) { merge($0) }
  }

  private mutating func merge(_ names: NameTable) -> Mapping {
    let serviceNumbers = names.services.map { services.intern($0) }
    var mapping = Mapping()
    var key: [UInt8] = []
    for operation in names.operations {
      let service = serviceNumbers[Int(operation.service)]
      key.removeAll(keepingCapacity: true)
      for shift in [0, 8, 16, 24] { key.append(UInt8(truncatingIfNeeded: service >> shift)) }
      key.append(contentsOf: operation.name)
      let number = operations.intern(key)
      if number == serviceOfOperation.count { serviceOfOperation.append(service) }
      mapping.services.append(service)
      mapping.operations.append(number)
    }
    return mapping
  }

  /// Orders two operations by the bytes of the service, then of the name.
  func order(_ a: Int, _ b: Int) -> Int {
    let byService = ByteComparison.order(
      serviceName(serviceOfOperation[a]), serviceName(serviceOfOperation[b]))
    return byService != 0 ? byService : ByteComparison.order(operationName(a), operationName(b))
  }

  /// Operation `number` with `time`.
  func operationTime(_ number: Int, _ time: UInt64) -> OperationTime {
    OperationTime(
      service: serviceName(serviceOfOperation[number]), operation: operationName(number),
      selfTime: time)
  }

  /// Sums by common operation number added up by common service number.
  func byService(_ sums: [ServiceRollup]) -> [ServiceRollup] {
    var services = [ServiceRollup](repeating: ServiceRollup(), count: serviceCount)
    for (operation, sum) in sums.enumerated() where sum.spans > 0 {
      services[serviceOfOperation[operation]].add(sum)
    }
    return services
  }

  /// Sums by common operation number with their names, those without spans left out, by the bytes of
  /// service and name.
  func operations(_ sums: [ServiceRollup]) -> [OperationRollup] {
    sums.indices.filter { sums[$0].spans > 0 }.sorted { order($0, $1) < 0 }
      .map {
        OperationRollup(
          service: serviceName(serviceOfOperation[$0]), operation: operationName($0),
          rollup: sums[$0])
      }
  }
}
