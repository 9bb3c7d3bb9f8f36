/// Opens an archive of any version; the magic bytes say which. Throws `FormatError.notRecognized`
/// for anything else, and `StorageError` where the source cannot be read.
///
/// An archive of version 2 has its magic at both ends and a length that is a multiple of 64, so a
/// file of such a length is looked at from its tail first, which is read in any case; other files
/// from their front. Neither version pays for being told from the other, but for the v1 files that
/// happen to have such a length: the tail that was read in vain counts for them.
package func openArchive(_ source: any ByteSource) throws -> any TraceArchive {
  if source.byteCount == 0 {
    throw FormatError(.notRecognized, at: nil, "this is an empty file")
  }
  let source = AccountedSource(source)
  if source.byteCount % TopLevel.fileAlignment == 0 {
    let start = try source.readTail(minimum: Footer.byteCount)
    if Footer.isAtEnd(of: try source.read(start..<source.byteCount)) {
      return try V2Archive(source)
    }
  }
  // As much as the v1 reader wants first, so that looking costs it nothing.
  let magic = Array(try source.readHead(V1Layout.prefixSize).prefix(4))
  switch magic {
  case V1Layout.magic: return try V1Archive(source)
  case FileHeader.magic: return try V2Archive(source)
  default:
    throw FormatError(
      .notRecognized, at: 0,
      "this is no .bht archive: it starts with \(BytePreview.text(magic)), not with BHT1 or BHT2")
  }
}
