internal import Synchronization

/// An open `.bht` archive of format 2: what any number of questions, on any threads, share.
///
///     let archive = try Archive(FileSource(path: "shop.bht"))
///     let session = archive.session()
///     let handles = try session.locate(traceID: id)
///
/// Opening reads the tail: footer and, mostly, the directory. Everything else is read when a question
/// needs it; the parts that questions share (where segments lie, names, tables, look-up pages) are
/// kept, in bounded memory. A question is a session with counters of its own.
public final class Archive: Sendable {
  /// Where the bytes are.
  package let source: any ByteSource
  let footer: Footer
  /// What opening read.
  let kept: Extents
  private let opening: ReadStats
  private let shared = Mutex(Shared())

  /// What was decoded and is kept.
  private struct Shared {
    var locations: Locations?
    var summaries: Summaries?
    var lookups: [Int: LookupPage] = [:]
    var maps: [Int: SegmentMap] = [:]
    var names: [Int: SegmentNames] = [:]
    var payloads: [Int: SegmentPayload] = [:]
    var payloadBytes = 0
  }

  private static let lookupLimit = 256
  private static let mapLimit = 2048
  /// Decoded tables are kept up to this (bytes).
  private static let payloadLimit = 96 << 20

  /// The number of traces.
  public var traceCount: Int { footer.traces }
  /// The number of spans.
  public var spanCount: Int { footer.spans }

  /// Opens the archive `source` holds. Throws `FormatError` where it is none or is damaged.
  public convenience init(_ source: any ByteSource) throws {
    try self.init(AccountedSource(source))
  }

  /// The same where `source` has read the tail already, or nothing.
  init(_ source: AccountedSource) throws {
    let least = FileHeader.byteCount + Footer.byteCount
    let size = source.byteCount
    guard size >= least else {
      throw FormatError(
        .truncated, at: size,
        "an archive has at least \(least) bytes, the file has \(size)")
    }
    let tail = min(size, max(Footer.byteCount, source.source.tailGuess))
    let extents = try source.fetch([(size - tail)..<size])
    let footerOffset = size - Footer.byteCount
    do throws(FormatError) {
      footer = try Footer.decode(try extents.bytes(footerOffset..<size), at: footerOffset)
    } catch {
      try Self.refuseOtherVersions(source)
      throw error
    }
    source.count(rawBytes: Footer.byteCount)
    kept = extents
    opening = source.stats
    self.source = source.source
  }

  /// Throws `unsupported` where the header of a file without a good footer says that it has another
  /// version of the format, whose footer may be another one.
  private static func refuseOtherVersions(_ source: AccountedSource) throws {
    let header = try source.read(0..<FileHeader.byteCount)
    do throws(FormatError) {
      _ = try FileHeader.decode(header)
    } catch  where error.code == .unsupported {
      throw error
    } catch {
      // The header is as bad as the footer.
    }
  }

  /// A question with counters of its own, which start with what opening took.
  public func session() -> ArchiveSession { ArchiveSession(self) }

  /// The source as a session reads it.
  func accounted() -> AccountedSource { AccountedSource(source, kept: kept, stats: opening) }

  // MARK: What is kept

  var locations: Locations? { shared.withLock { $0.locations } }
  var summaries: Summaries? { shared.withLock { $0.summaries } }
  func lookup(_ page: Int) -> LookupPage? { shared.withLock { $0.lookups[page] } }
  func map(_ segment: Int) -> SegmentMap? { shared.withLock { $0.maps[segment] } }
  func names(_ segment: Int) -> SegmentNames? { shared.withLock { $0.names[segment] } }
  func payload(_ segment: Int) -> SegmentPayload? { shared.withLock { $0.payloads[segment] } }

  func keep(_ locations: Locations) { shared.withLock { $0.locations = locations } }
  func keep(_ summaries: Summaries) { shared.withLock { $0.summaries = summaries } }

  func keep(_ page: LookupPage, _ number: Int) {
    shared.withLock {
      if $0.lookups.count >= Self.lookupLimit { $0.lookups.removeAll() }
      $0.lookups[number] = page
    }
  }

  func keep(_ map: SegmentMap, _ segment: Int) {
    shared.withLock {
      if $0.maps.count >= Self.mapLimit { $0.maps.removeAll() }
      $0.maps[segment] = map
    }
  }

  func keep(_ names: SegmentNames, _ segment: Int) {
    shared.withLock {
      if $0.names.count >= Self.mapLimit { $0.names.removeAll() }
      $0.names[segment] = names
    }
  }

  func keep(_ payload: SegmentPayload, _ segment: Int) {
    shared.withLock {
      if $0.payloads[segment] != nil { return }
      if $0.payloadBytes + payload.byteCount > Self.payloadLimit {
        $0.payloads.removeAll()
        $0.payloadBytes = 0
      }
      $0.payloads[segment] = payload
      $0.payloadBytes += payload.byteCount
    }
  }

  /// How many look-up pages are kept.
  static var keptLookups: Int { lookupLimit }
}
