internal import Glibc

/// The regular files under `path`, in the order of their paths' bytes; `path` itself where it is no
/// folder. Hidden files are left out. Throws `StorageError` where a folder cannot be read.
package func filesUnder(_ path: String) throws(StorageError) -> [String] {
  var files: [String] = []
  var folders: [String] = []
  guard let found = try entries(path) else { return [path] }
  folders = found.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
  while let next = folders.popLast() {
    if let found = try entries(next) {
      folders += found.map { next + "/" + $0 }
    } else {
      files.append(next)
    }
  }
  return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// The names in the folder at `path`; nil where it is none.
private func entries(_ path: String) throws(StorageError) -> [String]? {
  guard isFolder(path) else { return nil }
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

/// Whether there is a folder at `path`.
package func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
