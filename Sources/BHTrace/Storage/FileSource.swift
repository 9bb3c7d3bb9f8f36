internal import Glibc

/// A regular file, read with `pread` at any place.
///
/// A request for a few bytes costs about as much as one for a few thousand, so the tail read at
/// a guess is small and ranges are fetched apart.
public final class FileSource: ByteSource {
  /// The path it was opened by.
  public let path: String
  public let byteCount: Int
  private let descriptor: FileDescriptor
  private let isOneOfMany: Bool

  /// Opens the regular file at `path`. Throws `EISDIR` for a folder, `ESPIPE` for pipes and
  /// devices (`openSource` reads those to their end instead).
  public convenience init(path: String) throws(StorageError) {
    try self.init(path: path, isOneOfMany: false)
  }

  /// The same; of one of many files that a question goes to, most of which only say that they have
  /// no part in the answer, less of the tail is read at a guess.
  package init(path: String, isOneOfMany: Bool) throws(StorageError) {
    self.isOneOfMany = isOneOfMany
    // A pipe must not even be opened: what its writer puts in between would be lost.
    var found = stat()
    try systemCall("open", path) { unsafe stat(path, &found) }
    if found.st_mode & S_IFMT != S_IFREG && found.st_mode & S_IFMT != S_IFDIR {
      throw StorageError(operation: "open", path: path, errorNumber: ESPIPE)
    }
    descriptor = try FileDescriptor(path: path, flags: O_RDONLY, as: "open")
    let status = try descriptor.status(of: path)
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw StorageError(operation: "open", path: path, errorNumber: EISDIR)
    default: throw StorageError(operation: "open", path: path, errorNumber: ESPIPE)
    }
    self.path = path
    byteCount = Int(status.st_size)
  }

  public var tailGuess: Int {
    isOneOfMany ? 1 << 9 + byteCount >> 16 : Self.tailGuess(byteCount: byteCount)
  }
  public var coalescingGap: Int { 0 }

  public func read(_ ranges: [Range<Int>]) throws -> [[UInt8]] {
    var answers: [[UInt8]] = []
    answers.reserveCapacity(ranges.count)
    for range in ranges {
      answers.append(try descriptor.read(range.count, at: range.lowerBound, of: path))
    }
    return answers
  }

  /// Enough for directory and index of a small archive: a 15th of the file up to 4 KiB and 2 KiB at
  /// least, and one byte more for each 128 KiB. Of a large one, for where its segments lie: 1 KiB, and one
  /// byte more for each 64 KiB.
  static func tailGuess(byteCount: Int) -> Int {
    byteCount < largeArchive
      ? max(2 << 10, min(byteCount / 15, 4 << 10)) + byteCount >> 17
      : 1 << 10 + byteCount >> 16
  }

  /// A larger archive is a large one (bytes).
  private static let largeArchive = 4 << 20
}

/// Opens what can be read at `path`: a file as it lies there; "-" (standard input), a pipe or a
/// device is read to its end and kept in memory, up to `WholeInput.limit`.
public func openSource(path: String) throws(StorageError) -> any ByteSource {
  if path == "-" { return MemorySource(try readWholeFile(path: path)) }
  do throws(StorageError) {
    return try FileSource(path: path)
  } catch {
    if error.errorNumber != ESPIPE { throw error }
    return MemorySource(try readWholeFile(path: path))
  }
}

/// What is taken into memory whole, since it cannot be read at any place.
package enum WholeInput {
  /// No more than this is taken (bytes): a device may have no end.
  package static let limit = 2 << 30
}

extension StorageError {
  /// The failure of holding all of the input called `name`, which has more than
  /// `WholeInput.limit` bytes.
  static func tooLargeToTakeIn(_ name: String) -> StorageError {
    StorageError(operation: "hold", path: name, errorNumber: EFBIG)
  }

  /// Whether an input had more bytes than are held in memory.
  package var isTooLargeToTakeIn: Bool { errorNumber == EFBIG && operation == "hold" }
}

/// Reads everything at `path`, or on standard input where it is "-". Throws `EISDIR` for a folder,
/// and `EFBIG` where what is no regular file has more than `limit` bytes.
package func readWholeFile(
  path: String, limit: Int = WholeInput.limit
) throws(StorageError) -> [UInt8] {
  let descriptor =
    path == "-"
    ? FileDescriptor(owning: try systemCall("open", "standard input") { dup(STDIN_FILENO) })
    : try FileDescriptor(path: path, flags: O_RDONLY, as: "open")
  let name = path == "-" ? "standard input" : path
  let status = try descriptor.status(of: name)
  let isRegular = status.st_mode & S_IFMT == S_IFREG
  var bytes: [UInt8] = []
  // One byte more than there are, so that the end is seen without growing.
  if isRegular { bytes.reserveCapacity(Int(status.st_size) + 1) }
  while true {
    let next = try descriptor.readNext(1 << 20, of: name)
    if next.isEmpty { return bytes }
    if !isRegular && bytes.count + next.count > limit {
      throw StorageError.tooLargeToTakeIn(name)
    }
    bytes.append(contentsOf: next)
  }
}
