/// What belongs to an archive rather than to its traces.
extension ArchiveSession {
  /// The unknown fields of whole messages, as a batch without spans; nil where there are none.
  package func metadataBatch() throws -> SpanBatch? {
    var batch = SpanBatch()
    for entry in try entries(of: .metadata) {
      batch.messageExtras.append(batch.append(entry))
    }
    return batch.messageExtras.isEmpty ? nil : batch
  }

  /// What was changed in the archive after it was written, and why: texts, in the order in which they
  /// were added.
  package func auditRecords() throws -> [[UInt8]] { try entries(of: .audit) }

  private func entries(of type: SectionType) throws -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var windows = try Windows(self, bounds: TraceBounds(), limit: Self.wholeWindow) {
      $0.headBytes + $0.namesBytes
    }
    while let window = windows.popFirst() {
      var heads = ReadPlan()
      for segment in window {
        heads.addSegment(
          segment, try locations().segments[segment], payload: false, of: archive)
      }
      try fetch(heads)
      var plan = ReadPlan()
      for segment in window { plan.add(try self.segment(segment).map.range(type)) }
      if plan.isEmpty { continue }
      let extents = try fetch(plan)
      for segment in window {
        let map = try self.segment(segment).map
        guard let section = map.head.section(type) else { continue }
        let content = try map.openZstd(section, cap: Limits.sectionBytes, from: extents)
        source.count(rawBytes: content.count)
        entries += try MetadataSection.decode(content, at: map.range(type).lowerBound)
      }
    }
    return entries
  }
}
