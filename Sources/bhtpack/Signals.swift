import BHTrace
import Glibc

/// Has writing to a closed pipe fail instead of ending the process, and temporary files removed
/// where a signal ends it, a line of progress too; a pager is waited for.
func installSignalHandlers() {
  TemporaryPaths.prepare()
  Terminal.noteProgress(false)
  Pager.prepare()
  _ = signal(SIGPIPE, SIG_IGN)
  for number in [SIGINT, SIGTERM, SIGHUP] {
    var before = sigaction()
    unsafe sigaction(number, nil, &before)
    // A signal that is ignored (as under nohup) stays so.
    let isIgnored = unsafe unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == 1
    if isIgnored { continue }
    _ = signal(number) { received in
      TemporaryPaths.unlinkAll()
      Terminal.clearAtSignal()
      Pager.waitAtSignal()
      // End by the signal itself, so that a shell sees what happened.
      _ = signal(received, SIG_DFL)
      raise(received)
    }
  }
}
