import CSystem
import Glibc
import Synchronization

/// Signals reach the program as calls on one thread, never in the middle of other code.
package enum Signals {
  /// Those that ask the program for something.
  package static let watched: [Int32] = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

  /// Blocks the watched signals and ignores SIGPIPE and SIGXFSZ. Must be the first thing that the
  /// program does: threads inherit the mask from the one that starts them.
  package static func block() {
    var set = waitSet()
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    ignoreFaults()
  }

  /// Makes a broken pipe and a file size limit ordinary errors.
  package static func ignoreFaults() {
    _ = csystem_ignore_signal(SIGPIPE)
    _ = csystem_ignore_signal(SIGXFSZ)
  }

  /// Starts the thread that receives signals.
  ///
  /// - Parameter handler: Called on that thread with each signal's number, one at a time.
  /// - Returns: The watch; it goes on until `stop`.
  /// - Throws: `OSThread.StartError`.
  package static func watch(
    _ handler: @escaping @Sendable (Int32) -> Void
  ) throws(OSThread.StartError) -> SignalWatch {
    try SignalWatch(handler)
  }

  /// Ends the process as the signal would have done, so that the parent sees it as the cause.
  ///
  /// - Parameter number: The signal.
  package static func die(by number: Int32) -> Never {
    signal(number, SIG_DFL)
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    exit(128 + number)
  }

  /// The watched signals and the one that wakes the thread to stop.
  static func waitSet() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in watched + [SIGUSR2] { unsafe sigaddset(&set, number) }
    return set
  }
}

/// The thread that waits for signals.
package final class SignalWatch: Sendable {
  private let thread: OSThread
  private let isStopped: StopFlag

  fileprivate init(
    _ handler: @escaping @Sendable (Int32) -> Void
  ) throws(OSThread.StartError) {
    let flag = StopFlag()
    isStopped = flag
    thread = try OSThread(name: "signals", stackSize: 256 << 10) {
      var set = Signals.waitSet()
      unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
      while true {
        var number: Int32 = 0
        guard unsafe sigwait(&set, &number) == 0 else { continue }
        if flag.value.load(ordering: .acquiring) { return }
        if number != SIGUSR2 { handler(number) }
      }
    }
  }

  /// Ends the watch and waits for a handler that is running. Not to be called by the handler.
  package func stop() {
    isStopped.value.store(true, ordering: .releasing)
    thread.send(signal: SIGUSR2)
    thread.join()
  }

  /// Hands a signal to the watching thread as if it had come from outside.
  package func deliver(_ number: Int32) { thread.send(signal: number) }
}

/// Shared with the thread, which must not hold its owner.
private final class StopFlag: Sendable {
  let value = Atomic(false)
}
