import Glibc
import Synchronization

/// A thread that somebody waits for. It takes no signals: those belong to the program's own thread.
final class OwnedThread: Sendable {
  private let identity: Mutex<pthread_t?>

  /// Starts a thread; nil when the system has none left.
  init?(_ body: @escaping @Sendable () -> Void) {
    let context = unsafe Unmanaged.passRetained(Body(body))
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    guard unsafe pthread_create(&thread, nil, runBody, context.toOpaque()) == 0 else {
      unsafe context.release()
      return nil
    }
    identity = Mutex(thread)
  }

  /// Waits until it has ended. Only the first call waits; never call it on the thread itself.
  func join() {
    guard let thread = identity.withLock({ $0.take() }) else { return }
    pthread_join(thread, nil)
  }

  deinit {
    if let thread = identity.withLock({ $0 }) { pthread_detach(thread) }
  }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context = unsafe context {
    unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
  }
  return nil
}

/// The calling thread's last system error.
func lastSystemError() -> Int32 { errno }
