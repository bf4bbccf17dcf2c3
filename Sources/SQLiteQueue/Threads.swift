import Fallback
import Glibc

/// A mutual exclusion that threads can wait in. `Mutex` of the standard library cannot be waited in.
@safe final class Lock: @unchecked Sendable {
  // Sendable: pthread's own operations may be called from every thread.
  fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  func lock() { unsafe pthread_mutex_lock(mutex) }

  func unlock() { unsafe pthread_mutex_unlock(mutex) }
}

/// A place to wait for something while a lock is given back.
@safe final class WaitPoint: @unchecked Sendable {
  // Sendable: pthread's own operations may be called from every thread.
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private let lock: Lock

  init(_ lock: Lock) {
    self.lock = lock
    unsafe condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    // A step of the wall clock must not stretch a wait.
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
  }

  /// Must be called with the lock held; it is held again on return. May return without a reason.
  func wait() { unsafe pthread_cond_wait(condition, lock.mutex) }

  func wait(atMost span: Milliseconds) {
    var end = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = Int64(end.tv_nsec) + span % 1_000 * 1_000_000
    end.tv_sec += Int(span / 1_000 + nanoseconds / 1_000_000_000)
    end.tv_nsec = Int(nanoseconds % 1_000_000_000)
    unsafe pthread_cond_timedwait(condition, lock.mutex, &end)
  }

  func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}

/// What a new thread is to do.
private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread that nobody joins.
///
/// - Returns: False when the system has none to give.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  var thread = pthread_t()
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  let context = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  guard unsafe pthread_create(&thread, &attributes, runThreadBody, context) == 0 else {
    unsafe Unmanaged<ThreadBody>.fromOpaque(context).release()
    return false
  }
  return true
}

private nonisolated func runThreadBody(
  _ context: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
  guard let context = unsafe context else { return nil }
  unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
