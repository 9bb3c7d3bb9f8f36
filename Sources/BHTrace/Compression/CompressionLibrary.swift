internal import CArchive
internal import CBZip2
internal import CLzma
internal import CZlib

/// A C library that compressed files are read or written with.
package struct CompressionLibrary: Sendable, Equatable {
  /// What it is called.
  package let name: String
  /// The version in use; nil where it is not on this machine.
  package let version: String?
  /// What it is loaded for, on demand; nil where the program is linked with it.
  package var loadedFor: String?
  /// The package that has it, where it is loaded on demand.
  package var package: String?

  /// All of them. Looking loads those that are loaded on demand.
  package static var all: [CompressionLibrary] {
    [
      CompressionLibrary(name: "libzstd", version: Zstd.version),
      CompressionLibrary(name: "liblz4", version: LZ4.version),
      CompressionLibrary(
        name: "zlib", version: unsafe zlibVersion().map { unsafe String(cString: $0) }),
      CompressionLibrary(name: "liblzma", version: XZ.version),
      CompressionLibrary(
        name: "libbz2", version: bzip2Version, loadedFor: "inputs in bzip2", package: "libbz2-1.0"),
      CompressionLibrary(
        name: "libarchive", version: archiveVersion, loadedFor: "inputs in zips and tars",
        package: "libarchive13"),
    ]
  }

  /// `1.0.8` of "1.0.8, 13-Jul-2019".
  private static var bzip2Version: String? {
    var library = bht_bzip2()
    guard unsafe bht_bzip2_load(&library) == 0, let text = unsafe library.version() else {
      return nil
    }
    return unsafe String(cString: text).split(separator: ",").first.map(String.init)
  }

  /// `3.6.2` of "libarchive 3.6.2".
  private static var archiveVersion: String? {
    var library = bht_archive()
    guard unsafe bht_archive_load(&library) == 0, let text = unsafe library.version() else {
      return nil
    }
    return unsafe String(cString: text).split(separator: " ").last.map(String.init)
  }
}

/// Facts about the xz library in use.
package enum XZ {
  /// The version of liblzma in use, as "5.4.1".
  package static var version: String {
    unsafe lzma_version_string().map { unsafe String(cString: $0) } ?? "unknown"
  }
}
