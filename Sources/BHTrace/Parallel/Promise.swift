internal import Dispatch
internal import Synchronization

/// A value that one thread works out and others wait for. Whoever promises it has to keep it on every
/// way out, or the others wait for ever.
final class Promise<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)
  private let isKept = DispatchSemaphore(value: 0)

  /// Keeps the promise; what comes later changes nothing.
  func keep(_ value: Value) {
    let isFirst = kept.withLock { kept in
      if kept != nil { return false }
      kept = value
      return true
    }
    if isFirst { isKept.signal() }
  }

  /// The value, waited for.
  var value: Value {
    while true {
      if let value = kept.withLock({ $0 }) { return value }
      isKept.wait()
      // The next that waits.
      isKept.signal()
    }
  }
}
