/// Opens an archive of any version; the magic bytes say which. Throws `FormatError.notRecognized`
/// for anything else, and `StorageError` where the source cannot be read.
///
/// An archive of version 2 has its magic at both ends and a length that is a multiple of 64, so a
/// file of such a length is looked at from its tail first, which is read in any case; other files
/// from their front. Neither version pays for being told from the other, but for the v1 files that
/// happen to have such a length: the tail that was read in vain counts for them.
public func openArchive(_ source: any ByteSource) throws -> any TraceArchive {
  if source.byteCount == 0 {
    throw FormatError(.notRecognized, at: nil, "this is an empty file")
  }
  let accounted = AccountedSource(source)
  let size = source.byteCount
  if size % Footer.fileAlignment == 0 {
    let tail = max(0, size - max(Footer.byteCount, source.tailGuess))..<size
    let extents = try accounted.fetch([tail])
    if Footer.isAtEnd(of: try extents.bytes((size - Footer.magic.count)..<size)) {
      return try Archive(AccountedSource(source, kept: extents, stats: accounted.stats)).session()
    }
  }
  // As much as the v1 reader wants first, so that looking costs it nothing.
  let head = try accounted.fetch([0..<min(V1Layout.prefixSize, size)])
  let magic = try head.bytes(0..<min(4, size))
  let known = AccountedSource(source, kept: head, stats: accounted.stats)
  switch magic {
  case V1Layout.magic: return try V1Archive(known)
  case FileHeader.magic: return try Archive(known).session()
  default:
    throw FormatError(
      .notRecognized, at: 0,
      "this is no .bht archive: it starts with \(BytePreview.text(magic)), not with BHT1 or BHT2")
  }
}

/// An input that was opened.
package enum OpenedInput {
  /// An archive, which is read at any place.
  case archive(any ByteSource)
  /// Anything else, from its first byte on.
  case stream(any ByteStream)
}

/// Opens what lies at `path`, "-" for standard input. Of an archive that comes out of a pipe or a
/// device all bytes are kept in memory, of anything else only the first were looked at: so an input
/// without an end does no harm.
package func openInput(path: String) throws -> OpenedInput {
  if path != "-", let file = try regularFile(path) {
    return isArchiveMagic(try file.read(0..<min(4, file.byteCount)))
      ? .archive(file) : .stream(try FileByteStream(path: path))
  }
  let name = path == "-" ? "standard input" : path
  let file =
    path == "-" ? FileByteStream(descriptor: 0, name: name) : try FileByteStream(path: path)
  let stream = BufferedStream(file)
  guard isArchiveMagic(Array(try stream.peek(4))) else { return .stream(stream) }
  var bytes: [UInt8] = []
  while true {
    let next = try stream.next(upTo: BufferedStream.chunkSize)
    if next.isEmpty { return .archive(MemorySource(bytes)) }
    if bytes.count + next.count > WholeInput.limit {
      throw StorageError.tooLargeToTakeIn(name)
    }
    bytes += next
  }
}

/// Opens what has to be an archive, of any version, at `path`, alone or as one of many: of anything
/// else there are the first bytes, enough for saying what they are.
package func openArchiveSource(
  path: String, isOneOfMany: Bool = false
) throws -> any ByteSource {
  if path != "-", let file = try regularFile(path, isOneOfMany: isOneOfMany) { return file }
  switch try openInput(path: path) {
  case .archive(let source): return source
  case .stream(let stream):
    var stream = stream
    return MemorySource(try stream.next(upTo: 4))
  }
}

private func regularFile(
  _ path: String, isOneOfMany: Bool = false
) throws(StorageError) -> FileSource? {
  do throws(StorageError) {
    return try FileSource(path: path, isOneOfMany: isOneOfMany)
  } catch  where error.isNotSeekable {
    return nil
  }
}

private func isArchiveMagic(_ bytes: [UInt8]) -> Bool {
  bytes == V1Layout.magic || bytes == FileHeader.magic
}
