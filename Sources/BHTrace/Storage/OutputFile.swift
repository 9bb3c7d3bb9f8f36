internal import Glibc

/// A file that appears whole or not at all.
///
/// The bytes go to a file in the same folder that has no name yet (a temporary name where the
/// file system cannot do that); `finish` brings them to the medium and gives the file its name.
/// Without `finish` nothing stays behind. A file that is there already is kept, unless it is to
/// be replaced. A device or pipe at the path is written to as it is.
///
/// A temporary name begins with `.bht-`, has the number of the process, and the file is locked while
/// the process lives: so what one that was killed left is told from what another is writing
/// (`removeLeftovers`).
public final class OutputFile: ByteSink {
  /// The path as it was given.
  public let path: String
  /// The path that is written: `path` with a symbolic link followed.
  private let target: String
  private let replace: Bool
  private let descriptor: FileDescriptor
  private let form: Form
  private var buffer = WriteBuffer()
  private var isOpen = true
  private var slot: Int?
  /// Brings a folder to the medium.
  private let synchronizeFolder: (String, String) throws(StorageError) -> Void

  /// Why the file's folder could not be brought to the medium after `finish`: the file is there,
  /// whole, and a power cut may still take its name. Nil where all is well.
  public private(set) var folderFailure: StorageError?

  private enum Form {
    /// A file without a name, in the folder of the target.
    case unnamed
    /// A file with a temporary name, in the folder of the target.
    case named(String)
    /// The target itself, which is no regular file.
    case direct
  }

  /// Starts a file that is to appear at `path`. Throws `EEXIST` where there is one and `replace`
  /// is false.
  public convenience init(path: String, replace: Bool = false) throws(StorageError) {
    try self.init(path: path, replace: replace, unnamed: true)
  }

  /// With `unnamed` false a temporary name is used, whatever the file system can do.
  /// `synchronizeFolder` brings a folder to the medium.
  init(
    path: String, replace: Bool, unnamed: Bool,
    synchronizeFolder: @escaping (String, String) throws(StorageError) -> Void =
      OutputFile.synchronize
  ) throws(StorageError) {
    self.path = path
    self.synchronizeFolder = synchronizeFolder
    self.replace = replace
    let target = Self.followingLinks(path)
    self.target = target
    var status = stat()
    let exists = unsafe lstat(target, &status) == 0
    switch status.st_mode & S_IFMT {
    case _ where !exists: break
    case S_IFDIR: throw StorageError(operation: "create", path: path, errorNumber: EISDIR)
    case S_IFREG, S_IFLNK:
      if !replace { throw StorageError(operation: "create", path: path, errorNumber: EEXIST) }
    default:
      descriptor = try FileDescriptor(path: path, flags: O_WRONLY, as: "open")
      form = .direct
      return
    }
    if unnamed, let number = Self.openUnnamed(in: Self.folder(of: target)) {
      descriptor = FileDescriptor(owning: number)
      form = .unnamed
    } else {
      let temporary = Self.temporaryPath(beside: target)
      slot = TemporaryPaths.add(temporary)
      do throws(StorageError) {
        descriptor = try FileDescriptor(
          path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, as: "create")
      } catch {
        TemporaryPaths.remove(slot)
        throw StorageError(operation: "create", path: path, errorNumber: error.errorNumber)
      }
      form = .named(temporary)
    }
    // Held as long as the file is open; a file system without locks has none to look at either.
    _ = flock(descriptor.number, LOCK_EX | LOCK_NB)
    // A replaced file keeps its permissions; where the system refuses, the new ones will do.
    if exists && status.st_mode & S_IFMT == S_IFREG {
      _ = fchmod(descriptor.number, status.st_mode & 0o777)
    }
  }

  deinit { discard() }

  /// Takes `bytes`; they may stay in memory for a while.
  public func write(_ bytes: [UInt8]) throws(StorageError) { try write(bytes[...]) }

  /// Takes `bytes`; they may stay in memory for a while.
  public func write(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
    guard isOpen else {
      throw StorageError(operation: "write", path: path, errorNumber: EBADF)
    }
    do throws(StorageError) {
      try buffer.write(bytes, to: descriptor, path)
    } catch {
      discard()
      throw error
    }
  }

  /// Brings the bytes to the medium and gives the file its name.
  public func finish() throws(StorageError) {
    guard isOpen else {
      throw StorageError(operation: "write", path: path, errorNumber: EBADF)
    }
    do throws(StorageError) {
      try buffer.flush(to: descriptor, path)
      if case .direct = form {
        isOpen = false
        return
      }
      try descriptor.synchronize(path)
      try publish()
    } catch {
      discard()
      throw error
    }
    isOpen = false
    TemporaryPaths.remove(slot)
    slot = nil
    do throws(StorageError) {
      try synchronizeFolder(Self.folder(of: target), path)
    } catch {
      folderFailure = error
    }
  }

  /// Drops what was written; nothing stays behind. Does nothing after `finish`.
  public func discard() {
    guard isOpen else { return }
    isOpen = false
    if case .named(let temporary) = form { unsafe unlink(temporary) }
    TemporaryPaths.remove(slot)
    slot = nil
  }

  private func publish() throws(StorageError) {
    switch form {
    case .direct: break
    case .named(let temporary): try rename(temporary)
    case .unnamed:
      do throws(StorageError) {
        try link(to: target)
      } catch  where error.isExisting && replace {
        // A name cannot be given over an existing file: take a temporary one on the way.
        let temporary = Self.temporaryPath(beside: target)
        slot = TemporaryPaths.add(temporary)
        try link(to: temporary)
        do throws(StorageError) {
          try rename(temporary)
        } catch {
          unsafe unlink(temporary)
          throw error
        }
      }
    }
  }

  /// Gives the file without a name the name `name`.
  private func link(to name: String) throws(StorageError) {
    let open = Self.openFiles + String(descriptor.number)
    try systemCall("create", path) {
      unsafe linkat(AT_FDCWD, open, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
    }
  }

  private func rename(_ temporary: String) throws(StorageError) {
    if replace {
      try systemCall("create", path) { unsafe Glibc.rename(temporary, target) }
    } else {
      // Linking refuses an existing name, where renaming would take its place.
      try systemCall("create", path) { unsafe Glibc.link(temporary, target) }
      unsafe unlink(temporary)
    }
  }

  /// The name has to outlive a power cut as well; some file systems refuse this for folders.
  private static func synchronize(_ folder: String, of path: String) throws(StorageError) {
    let folder = try FileDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY, as: "open")
    do throws(StorageError) {
      try folder.synchronize(path)
    } catch  where error.errorNumber == EINVAL || error.errorNumber == EROFS {}
  }

  private static let openFiles = "/proc/self/fd/"

  /// Opens a file without a name; nil where the system cannot, or could not name it later.
  private static func openUnnamed(in folder: String) -> Int32? {
    guard unsafe access(openFiles, F_OK) == 0 else { return nil }
    let number = unsafe open(folder, O_WRONLY | unnamedFile | O_CLOEXEC, 0o666)
    return number == -1 ? nil : number
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func temporaryPath(beside path: String) -> String {
    folder(of: path) + "/" + Leftovers.name()
  }

  /// Removes what processes that were killed left in the folder of the file; answers with the paths.
  package func removeLeftovers() -> [String] {
    if case .direct = form { return [] }
    return Leftovers.remove(in: Self.folder(of: target))
  }

  /// `path`, or where it leads if it is a symbolic link to something.
  private static func followingLinks(_ path: String) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = unsafe realpath(path, nil)
    else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
