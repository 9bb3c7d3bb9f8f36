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
