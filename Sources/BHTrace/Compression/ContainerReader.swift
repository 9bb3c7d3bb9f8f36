internal import CArchive

/// Reads the members of a tar or zip, one after the other as they lie in it. Memory is that of some
/// buffers, however large the container.
///
/// Damage throws `FormatError` after everything before it was handed out; then the same error ends
/// the container.
@safe final class ContainerReader {
  /// What members lie in.
  enum Kind: String, Sendable { case tar, zip }

  /// One member.
  struct Member {
    enum Kind { case file, folder, link, special }

    /// Its path in the container.
    var name: String
    var kind: Kind
    var isEncrypted: Bool
  }

  /// What the members lie in.
  let kind: Kind
  private let library: bht_archive
  private let archive: OpaquePointer
  private let feed: ContainerFeed
  private var isOpen = false
  private var isAtEnd = false
  private var failure: (any Error)?
  private var members = 0
  // The member's block that is not handed out whole, and how far the member is.
  private var block: [UInt8] = []
  private var used = 0
  private var position: Int64 = 0
  // Where that block lies: behind zeros that are not stored, in a sparse file.
  private var blockStart: Int64 = 0

  /// Reads what is left of `source`. Throws where the library cannot be loaded.
  init(_ source: any ByteStream, _ kind: Kind) throws(FormatError) {
    self.kind = kind
    feed = ContainerFeed(source)
    var library = bht_archive()
    guard unsafe bht_archive_load(&library) == 0 else {
      throw FormatError(
        .unsupported, at: 0,
        "the content is a \(kind.rawValue), and libarchive is not here to read it; install "
          + "libarchive13")
    }
    guard let made = unsafe library.read_new() else {
      throw FormatError(.unsupported, at: nil, "libarchive cannot be set up (out of memory)")
    }
    self.library = library
    unsafe archive = made
    _ = unsafe kind == .tar ? library.support_tar(archive) : library.support_zip(archive)
  }

  deinit { _ = unsafe library.read_free(archive) }

  /// The next member, or nil at the end. What was not read of the last one is stepped over.
  func next() throws -> Member? {
    if let failure { throw failure }
    if isAtEnd { return nil }
    (block, used, position, blockStart) = ([], 0, 0, 0)
    if !isOpen {
      isOpen = true
      try check(unsafe feed.open(archive, library))
    }
    var entry: OpaquePointer?
    let result = unsafe library.next_header(archive, &entry)
    if result == ARCHIVE_EOF {
      isAtEnd = true
      do {
        try feed.drain()
        try checkEnd()
      } catch {
        failure = error
        throw error
      }
      return nil
    }
    try check(result)
    guard let entry = unsafe entry else { return nil }
    members += 1
    return unsafe Member(
      name: name(entry), kind: memberKind(entry),
      isEncrypted: library.entry_is_encrypted(entry) != 0)
  }

  /// The next bytes of the present member, at most `limit`; empty at its end.
  func read(upTo limit: Int) throws -> [UInt8] {
    while true {
      if let failure { throw failure }
      if position < blockStart {
        let zeros = Int(min(Int64(limit), blockStart - position))
        position += Int64(zeros)
        return [UInt8](repeating: 0, count: zeros)
      }
      if used < block.count {
        let part = used == 0 && block.count <= limit ? block : Array(block[used...].prefix(limit))
        used += part.count
        position += Int64(part.count)
        return part
      }
      guard try readBlock() else { return [] }
    }
  }

  private func readBlock() throws -> Bool {
    var start: UnsafeRawPointer?
    var (count, offset) = (0, Int64(0))
    let result = unsafe library.data_block(archive, &start, &count, &offset)
    if result == ARCHIVE_EOF {
      (block, used) = ([], 0)
      return false
    }
    try check(result)
    block = unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    used = 0
    blockStart = max(offset, position)
    return true
  }

  // MARK: What libarchive says

  private func name(_ entry: OpaquePointer) -> String {
    if let text = unsafe library.entry_pathname_utf8(entry) { return unsafe String(cString: text) }
    if let text = unsafe library.entry_pathname(entry) { return unsafe String(cString: text) }
    return "member \(members)"
  }

  private func memberKind(_ entry: OpaquePointer) -> Member.Kind {
    if unsafe library.entry_hardlink(entry) != nil { return .link }
    switch unsafe library.entry_filetype(entry) {
    case bht_AE_IFDIR: return .folder
    case bht_AE_IFLNK: return .link
    // A zip that is read from its start need not say it.
    case bht_AE_IFREG, 0: return .file
    default: return .special
    }
  }

  /// Throws what the stream threw, or what libarchive has to say; warnings are let pass.
  private func check(_ result: Int32) throws {
    if let thrown = feed.failure {
      failure = thrown
      throw thrown
    }
    if result == ARCHIVE_OK || result == ARCHIVE_WARN { return }
    let text = unsafe library.error_string(archive).map { unsafe String(cString: $0) }
    let isCut = text?.contains("runcated") ?? true
    let error = FormatError(
      isCut ? .truncated : .invalid, at: feed.count,
      isCut
        ? "the \(kind.rawValue) ends inside a member"
        : "the \(kind.rawValue) cannot be read on: \(text ?? "")")
    failure = error
    throw error
  }

  /// Throws where the end is missing that every container of the kind has: members may be, too.
  private func checkEnd() throws(FormatError) {
    let isWhole = kind == .tar ? feed.tail.suffix(512).allSatisfy { $0 == 0 } : hasDirectoryEnd
    if isWhole { return }
    throw FormatError(
      .truncated, at: feed.count,
      kind == .tar
        ? "the tar ends without the zeros that end one: members may be missing"
        : "the zip ends without its directory: members may be missing")
  }

  private var hasDirectoryEnd: Bool {
    let tail = feed.tail
    guard tail.count >= 22 else { return false }
    return stride(from: tail.count - 22, through: 0, by: -1).contains {
      tail[$0...].starts(with: [0x50, 0x4B, 5, 6])
    }
  }
}

extension ContainerReader {
  /// The kind of container that `head`, the first 512 bytes or more, belongs to; nil for others.
  static func kind(of head: some RandomAccessCollection<UInt8>) -> Kind? {
    if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) {
      return .zip
    }
    return isTar(Array(head.prefix(512))) ? .tar : nil
  }

  /// Whether `block` is the header of a tar's member: what its checksum says decides, since the
  /// oldest tars have no magic.
  private static func isTar(_ block: [UInt8]) -> Bool {
    guard block.count == 512, block[0] != 0 else { return false }
    var stated = 0
    for byte in block[148..<156] where byte != 0 && byte != 0x20 {
      guard (0x30...0x37).contains(byte) else { return false }
      stated = stated << 3 | Int(byte - 0x30)
    }
    // Without the field, which counts as eight spaces.
    var sum = 8 * 0x20
    let bytes = block.rawSpan
    var at = 0
    while at < 512 {
      if at == 148 { at = 156 }
      sum += Int(bytes.byte(at: at))
      at += 1
    }
    return stated == sum
  }
}
