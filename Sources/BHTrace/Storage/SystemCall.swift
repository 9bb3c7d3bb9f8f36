internal import Glibc

/// Makes a system call, again where a signal interrupted it, and turns its -1 into a
/// `StorageError` with the system's error number.
@discardableResult
func systemCall<Value: SignedInteger>(
  _ operation: String, _ path: String, _ call: () -> Value
) throws(StorageError) -> Value {
  while true {
    let value = call()
    if value != -1 { return value }
    if errno != EINTR {
      throw StorageError(operation: operation, path: path, errorNumber: errno)
    }
  }
}

/// `O_TMPFILE`, which the Swift overlay does not have: a file without a name.
let unnamedFile: Int32 = 0o20_000_000 | O_DIRECTORY

/// An open file of the operating system; closed when the value goes away.
struct FileDescriptor: ~Copyable, Sendable {
  /// The system's number of the open file.
  let number: Int32
  private let closes: Bool

  /// Takes over an open file.
  init(owning number: Int32) {
    self.number = number
    closes = true
  }

  /// Uses a file that is open elsewhere, and stays so.
  init(borrowing number: Int32) {
    self.number = number
    closes = false
  }

  /// Opens `path`; `mode` counts where the flags create a file. Corresponds to `open`.
  init(path: String, flags: Int32, mode: mode_t = 0, as operation: String) throws(StorageError) {
    number = try systemCall(operation, path) { unsafe open(path, flags | O_CLOEXEC, mode) }
    closes = true
  }

  deinit { if closes { close(number) } }

  /// Size and kind of the file. Corresponds to `fstat`.
  func status(of path: String) throws(StorageError) -> stat {
    var status = stat()
    try systemCall("look at", path) { unsafe fstat(number, &status) }
    return status
  }

  /// Reads `count` bytes from `offset` on, fewer where the file ends before. Corresponds to
  /// `pread`.
  func read(_ count: Int, at offset: Int, of path: String) throws(StorageError) -> [UInt8] {
    var failure: StorageError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(StorageError) {
        while filled < count {
          let got = try systemCall("read", path) {
            unsafe pread(
              number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
              off_t(offset + filled))
          }
          if got == 0 { break }
          filled += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads at most `count` bytes from where the file stands; none at its end. Corresponds to
  /// `read`.
  func readNext(_ count: Int, of path: String) throws(StorageError) -> [UInt8] {
    var failure: StorageError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(StorageError) {
        filled = try systemCall("read", path) {
          unsafe Glibc.read(number, buffer.baseAddress, count)
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all of `bytes` where the file stands. Corresponds to `write`.
  func write(_ bytes: ArraySlice<UInt8>, of path: String) throws(StorageError) {
    var failure: StorageError?
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      do throws(StorageError) {
        while done < buffer.count {
          done += try systemCall("write", path) {
            unsafe Glibc.write(
              number, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
          }
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Waits until the bytes written are on the medium. Corresponds to `fsync`.
  func synchronize(_ path: String) throws(StorageError) {
    try systemCall("write", path) { fsync(number) }
  }
}

extension StorageError {
  /// What the system says about the error: "No such file or directory".
  public var reason: String { unsafe String(cString: strerror(errorNumber)) }

  /// Whether the reader of a pipe or connection went away, which a command line takes for "enough".
  public var isBrokenPipe: Bool { errorNumber == EPIPE }
  /// Whether there was nothing at the path.
  public var isMissing: Bool { errorNumber == ENOENT }
  /// Whether there was something at the path already.
  public var isExisting: Bool { errorNumber == EEXIST }
  /// Whether the path is a folder where a file was wanted.
  public var isDirectory: Bool { errorNumber == EISDIR }
  /// Whether the permission was missing.
  public var isForbidden: Bool { errorNumber == EACCES || errorNumber == EPERM }
  /// Whether it is a pipe or device, which can be read in order only.
  public var isNotSeekable: Bool { errorNumber == ESPIPE }
  /// Whether the stream was closed before the program started.
  public var isClosed: Bool { errorNumber == EBADF }
  /// Whether the process, or the machine, may have no more files open.
  public var isOutOfDescriptors: Bool { errorNumber == EMFILE || errorNumber == ENFILE }
  /// Whether the medium is full.
  public var isFull: Bool { errorNumber == ENOSPC || errorNumber == EDQUOT }
}
