/// The sections of a segment that a reader can do without: ZONES, POSTINGS, VALUES, ROLLUP.
enum OptionalSections {
  /// A section as it goes into the file.
  typealias Encoded = (type: SectionType, codec: Page.Codec, raw: Int, bytes: [UInt8])

  /// ROLLUP of more than one byte in this many of the segment is not worth it: INDEX is as quick to read.
  private static let leastUse = 100

  /// The zstd level of POSTINGS: higher ones save nothing.
  private static let postingLevel = 6

  /// The sections that `choice` asks for, and the words that VALUES have complete.
  ///
  /// `sizeWithout` is what the segment takes without VALUES (bytes), `wantsIndex` whether it is worth
  /// POSTINGS and VALUES where nothing is named.
  static func make(
    _ chunks: MinedChunks, choice: FormatOptions.IndexChoice, wantsIndex: Bool, sizeWithout: Int,
    threads: Int
  ) -> (sections: [Encoded], indexedWords: [SegmentHead.IndexedWord]) {
    if choice == .none || chunks.count == 0 { return ([], []) }
    let mined = chunks.mined
    var sections: [Encoded] = []
    sections.append((.zones, .lz4, 0, ZoneMiner.zones(chunks, threads: threads).encode()))
    if let rollup = RollupMiner.rollup(chunks.pages)?.encode(),
      choice == .all || rollup.count <= sizeWithout / leastUse
    {
      sections.append((.rollup, .lz4, 0, rollup))
    }
    let hasPostings = wantsIndex || choice == .all
    var completeKeys = [Bool](
      repeating: false, count: mined.tables.keys.count + Int(FieldKey.attributeBase))
    if hasPostings {
      let postings = PostingMiner.postings(chunks, threads: threads)
      var writer = ByteWriter(capacity: postings.content.count)
      let compressor = ZstdCompressor(level: postingLevel)
      Page.seal(compressor.compress(postings.content) ?? postings.content, to: &writer)
      sections.append((.postings, .zstd, postings.content.count, writer.bytes))
      completeKeys = postings.completeKeys
    }
    var indexedWords: [SegmentHead.IndexedWord] = []
    if hasPostings || choice.isOfKeys {
      let values = ValueIndexMiner.values(
        chunks, choice, completeKeys: completeKeys, sizeWithout: sizeWithout, threads: threads)
      if values.pages > 0 { sections.append((.values, .plain, values.pages, values.section)) }
      indexedWords = values.words
    }
    return (sections, indexedWords)
  }
}
