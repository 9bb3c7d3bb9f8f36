internal import Glibc

/// What there is to read in a folder and all folders in it.
///
/// Only regular files are read. What would block (pipes, sockets, devices) and folders that were
/// entered already (links that lead back) are passed over; what cannot be looked into does not
/// keep the rest from being found.
package struct FolderListing: Sendable {
  /// Something that is left out on purpose.
  package struct PassedOver: Sendable, Equatable {
    /// Where it lies.
    package let path: String
    /// What it is: "it is a named pipe".
    package let reason: String
  }

  /// The regular files, in the order of their paths' bytes. Hidden files are left out.
  package private(set) var files: [String] = []
  /// What is no regular file, in the order of their paths' bytes.
  package private(set) var passedOver: [PassedOver] = []
  /// What could not be looked into, in the order of their paths' bytes.
  package private(set) var failures: [StorageError] = []

  private var folders: [String] = []
  /// Links to folders: entered when everything else is done, so that it does not hang on the order
  /// of directory entries by which of its names a folder is read.
  private var links: [String] = []
  private var entered: Set<FileIdentity> = []

  private struct FileIdentity: Hashable {
    let device: dev_t
    let number: ino_t

    init(_ status: stat) { (device, number) = (status.st_dev, status.st_ino) }
  }

  /// Lists what lies under `path`; `path` itself where it is no folder. Throws `StorageError` where
  /// the process may open nothing more.
  package init(_ path: String) throws(StorageError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      files = [path]
      return
    }
    entered.insert(FileIdentity(status))
    try list(path)
    while true {
      if let folder = folders.popLast() {
        try enter(folder)
      } else if let first = links.indices.min(by: { Self.precedes(links[$0], links[$1]) }) {
        try enter(links.remove(at: first))
      } else {
        break
      }
    }
    files.sort(by: Self.precedes)
    passedOver.sort { Self.precedes($0.path, $1.path) }
    failures.sort { Self.precedes($0.path, $1.path) }
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private mutating func enter(_ path: String) throws(StorageError) {
    var status = stat()
    if unsafe stat(path, &status) != 0 {
      failures.append(StorageError(operation: "open", path: path, errorNumber: errno))
    } else if entered.insert(FileIdentity(status)).inserted {
      try list(path)
    } else {
      passedOver.append(
        PassedOver(path: path, reason: "it leads to a folder that is read already"))
    }
  }

  private mutating func list(_ folder: String) throws(StorageError) {
    let names: [String]
    do throws(StorageError) {
      names = try Self.entries(folder)
    } catch {
      if error.isOutOfDescriptors { throw error }
      failures.append(error)
      return
    }
    for name in names { add(folder.hasSuffix("/") ? folder + name : folder + "/" + name) }
  }

  private mutating func add(_ path: String) {
    var (own, status) = (stat(), stat())
    guard unsafe lstat(path, &own) == 0, unsafe stat(path, &status) == 0 else {
      if errno == ELOOP {
        passedOver.append(PassedOver(path: path, reason: "it is a link that leads in a circle"))
      } else {
        failures.append(StorageError(operation: "open", path: path, errorNumber: errno))
      }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: files.append(path)
    case S_IFDIR where own.st_mode & S_IFMT == S_IFLNK: links.append(path)
    case S_IFDIR: folders.append(path)
    case S_IFIFO: passedOver.append(PassedOver(path: path, reason: "it is a named pipe"))
    case S_IFSOCK: passedOver.append(PassedOver(path: path, reason: "it is a socket"))
    default: passedOver.append(PassedOver(path: path, reason: "it is a device"))
    }
  }

  /// The names in the folder at `path`, hidden ones left out.
  private static func entries(_ path: String) throws(StorageError) -> [String] {
    guard let folder = unsafe opendir(path) else {
      throw StorageError(operation: "open", path: path, errorNumber: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}

/// The regular files under `path`, in the order of their paths' bytes; `path` itself where it is no
/// folder. Hidden files, pipes and the like are left out. Throws `StorageError` where something
/// cannot be looked into.
package func filesUnder(_ path: String) throws(StorageError) -> [String] {
  let listing = try FolderListing(path)
  if let failure = listing.failures.first { throw failure }
  return listing.files
}

/// Whether there is a folder at `path`.
package func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is something at `path` that is no folder.
package func isFile(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}

/// The files that fit `pattern` (`*`, `?` and `[…]` in names), by name.
package func filesFitting(_ pattern: String) -> [String] {
  var found = unsafe glob_t()
  defer { unsafe globfree(&found) }
  guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
  return unsafe (0..<Int(found.gl_pathc)).compactMap { index in
    unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
  }
  .filter(isFile)
}
